import type { ReplyOf } from '../../../core/contract/calls.ts';
import { durationText } from '../../../core/contract/duration-text.ts';
import { WardenError } from '../../warden-error.ts';
import type { Context } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { writeRows } from '../rows.ts';
import { call } from '../service.ts';

type Check = ReplyOf<'check-health'>['checks'][number];

interface Finding {
  check: string;
  status: 'ok' | 'failing' | 'unknown';
  detail?: string;
  /** What to do about it. */
  advice?: string;
}

/** A clock that is off by more than this moves deadlines by as much. */
const mostSkewMs = 5_000;

const adviceOf: Readonly<Record<string, string>> = {
  sweep: 'look at the log of the function sweep; lost timers are not found until it runs',
  canary: 'timers may not fire: look at EventBridge Scheduler, the queue of expired timers and check-timers',
  'notification topic':
    'nobody is notified: subscribe an address, a queue or a webhook to the notification topic',
  'alarm topic': 'nobody receives the alarms of the warden itself: subscribe an address to the alarm topic',
  storage: 'free space on the disk of the data folder, or check its permissions',
  output: 'nobody reads what the service prints',
  webhook: 'the receiver takes no posts; they are repeated until it does',
  'redrive webhook': 'the upstream takes no posts; they are repeated until it does',
  'expected registrations':
    'missing registrations were not judged for all workflows: look at the log of the function sweep',
};

/** Says what works and what to do about what does not. Exits with 6 if something fails, with 75 if nothing is reached. */
export async function doctor(context: Context): Promise<void> {
  const { url, urlFrom, tokenFrom } = await context.target();
  const asked = context.now();
  const { status, checks } = await call(context, 'check-health', { path: {}, signal: context.signal });
  const findings: Finding[] = [
    { check: 'reached', status: 'ok', detail: `${url} (${urlFrom}), in ${context.now() - asked} ms` },
    await callerFinding(context, tokenFrom),
    ...checks.map((check) => findingOf(check)),
    clockFinding(checks, context.now()),
  ];
  const columns = [
    { title: 'CHECK', rank: 0, cell: ({ check }: Finding) => check },
    { title: 'STATUS', rank: 1, cell: ({ status: one }: Finding) => one },
    { title: 'DETAIL', rank: 3, cell: ({ detail }: Finding) => detail },
    { title: 'WHAT TO DO', rank: 2, cell: ({ advice }: Finding) => advice },
  ];
  await writeRows(context, columns, findings, 'Nothing was checked.');
  if (status === 'failing' || findings.some((one) => one.status === 'failing')) {
    context.exitWith(exitCodes.findings);
  }
}

/** What the token may do, as far as calls that change nothing show it. */
async function callerFinding(context: Context, tokenFrom: string | undefined): Promise<Finding> {
  const may = async (name: string, ask: () => Promise<unknown>) => {
    try {
      await ask();
      return [name];
    } catch (error) {
      if (error instanceof WardenError && (error.status === 403 || error.status === 401)) return [];
      throw error;
    }
  };
  const scopes = [
    ...(await may('read', () => call(context, 'list-workflows', { path: {}, query: { limit: 1 } }))),
    ...(await may('admin', () => call(context, 'list-tokens', { path: {}, query: { limit: 1 } }))),
  ];
  const from = tokenFrom === undefined ? 'without a token' : `token from ${tokenFrom}`;
  const detail = scopes.length === 0 ? `${from}: may not read` : `${from}: may ${scopes.join(' and ')}`;
  return { check: 'caller', status: 'ok', detail };
}

function findingOf({ name, status, ...check }: Check): Finding {
  const details = [
    check.delayMs === undefined ? [] : [`found after ${durationText(check.delayMs)}`],
    check.subscribers === undefined ? [] : [`${check.subscribers} subscriptions`],
    check.waiting === undefined ? [] : [`${check.waiting} messages wait`],
    check.error === undefined ? [] : [check.error],
  ].flat();
  const advice = status === 'failing' ? adviceOf[name] : undefined;
  return {
    check: name,
    status,
    ...(details.length > 0 && { detail: details.join(', ') }),
    ...(advice !== undefined && { advice }),
  };
}

/** The sweep says what time the warden has: a moment that has not come yet by this clock. */
function clockFinding(checks: readonly Check[], now: number): Finding {
  const latest = Math.max(...checks.flatMap(({ at }) => (at === undefined ? [] : [Date.parse(at)])));
  const aheadMs = latest - now;
  if (aheadMs <= mostSkewMs) return { check: 'clock', status: 'ok' };
  return {
    check: 'clock',
    status: 'failing',
    detail: `this clock is at least ${durationText(aheadMs)} behind that of the warden`,
    advice: 'set the clock of this machine: deadlines that it sends are too early',
  };
}
