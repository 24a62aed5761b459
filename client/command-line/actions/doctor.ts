import type { ReplyOf } from '../../../core/contract/calls.ts';
import { grantedOf, grantedText } from '../../../core/contract/granted.ts';
import { WardenError } from '../../warden-error.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { writeText } from '../output.ts';
import { writeRows } from '../rows.ts';
import { call } from '../service.ts';
import { clockFinding, type Finding, healthFinding, redriveFinding } from '../text/findings.ts';

/**
 * Prints the result of each check, and what to do about failed checks. Exits with 6 if a check fails, with 75 if the
 * warden cannot be reached.
 */
export async function doctor(context: Context): Promise<void> {
  const { url, urlFrom, tokenFrom } = await context.target();
  const { health, tookMs, aheadMs } = await healthOf(context);
  const findings: Finding[] = [
    { check: 'reached', status: 'ok', detail: `${url} (${urlFrom}), in ${tookMs} ms` },
    clockFinding(aheadMs),
    { check: 'caller', status: 'ok', detail: await callerText(context, tokenFrom) },
    ...health.checks.map((check) => healthFinding(check, context.now())),
    ...(await redriveFindings(context)),
  ];
  const columns = [
    { title: 'CHECK', rank: 0, cell: ({ check }: Finding) => check },
    { title: 'STATUS', rank: 1, cell: ({ status: one }: Finding) => one },
    { title: 'DETAIL', rank: 2, cell: ({ detail }: Finding) => detail },
  ];
  await writeRows(context, columns, findings, 'Nothing was checked.');
  if (!context.json) await writeAdvice(context, findings);
  if (findings.some(({ status }) => status === 'failing')) context.exitWith(exitCodes.findings);
}

/** What to do, below the table: in a column of it a terminal would show the first words. */
async function writeAdvice({ stdout }: Context, findings: readonly Finding[]): Promise<void> {
  const lines = findings.flatMap(({ check, advice }) =>
    advice === undefined ? [] : [`${check}: ${advice}`],
  );
  if (lines.length > 0) await writeText(stdout, `\n${lines.join('\n')}`);
}

/** The health, and how far the warden's clock is ahead of ours: each reply has a Date, to a second. */
async function healthOf(context: Context) {
  let date = '';
  const client = await context.client({
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      date = response.headers.get('date') ?? '';
      return response;
    },
  });
  const askedAt = context.now();
  const health = await client.call('check-health', { path: {}, signal: context.signal });
  const tookMs = context.now() - askedAt;
  const aheadMs = Date.parse(date) + 500 - (askedAt + tookMs / 2);
  return { health, tookMs, aheadMs: Number.isNaN(aheadMs) ? undefined : aheadMs };
}

/** The scopes of the caller: the detail of a refusal names them. */
async function callerText(context: Context, tokenFrom: string | undefined): Promise<string> {
  const from = tokenFrom === undefined ? 'without a token' : `token from ${tokenFrom}`;
  try {
    await call(context, 'list-tokens', { path: {}, query: { limit: 1 } });
    return `${from}: may do everything`;
  } catch (error) {
    if (!(error instanceof WardenError && error.status === 403)) throw error;
    const granted = grantedOf(error.message);
    return `${from}: has ${granted ? grantedText(granted) : 'no scope admin'}`;
  }
}

/**
 * Whether an upstream service receives resumed items, from a dry run that matches no item. Empty if the caller may not
 * ask.
 */
async function redriveFindings(context: Context): Promise<Finding[]> {
  try {
    const { workflows } = await call(context, 'list-workflows', { path: {}, query: { limit: 1 } });
    const [first] = workflows;
    if (first === undefined) return [];
    const path = { workflow: first.workflow };
    const reply: ReplyOf<'start-redrive'> = await call(context, 'start-redrive', {
      path,
      body: { ids: ['doctor'], dryRun: true },
    });
    return 'subscriptions' in reply ? redriveFinding(reply.subscriptions) : [];
  } catch (error) {
    if (error instanceof WardenError && error.status === 403) return [];
    throw error;
  }
}
