import { limits } from '../../../core/contract/limits.ts';
import { tokenIdPattern, whole } from '../../../core/contract/patterns.ts';
import { Scope } from '../../../core/contract/scope.ts';
import type { TokenSummary } from '../../../core/contract/token.ts';
import { confirm } from '../arguments/confirm.ts';
import { parseDuration } from '../arguments/duration.ts';
import type { Context } from '../context.ts';
import { notFound } from '../not-found.ts';
import type { CreateOptions, RevokeOptions } from '../options/tokens.ts';
import { writeJson, writeLine } from '../output.ts';
import { writeRows } from '../rows.ts';
import { call, pagesOf } from '../service.ts';
import type { Column } from '../text/table.ts';
import { bothText, relativeText, zoneOf } from '../text/times.ts';
import { UsageError } from '../usage-error.ts';

/** Lists tokens. Throws a WardenError. */
export async function listTokens(context: Context, { all }: { all?: true }): Promise<void> {
  const tokens = await allTokens(context);
  const shown = all ? tokens : tokens.filter(({ state }) => state === 'active');
  await writeRows(context, tokenColumns(context), shown, 'There is no valid token.');
}

/** Creates a token; standard output has the token and nothing else. Throws a UsageError or a WardenError. */
export async function createToken(context: Context, name: string, options: CreateOptions): Promise<void> {
  const { expiresIn } = options;
  const reply = await call(context, 'create-token', {
    path: {},
    body: {
      name,
      scopes: scopesOf(options.scope ?? []),
      workflows: separated(options.workflow ?? ['*']),
      ...(expiresIn !== undefined && { expiresIn: parseDuration('--expires-in', expiresIn) / 1_000 }),
    },
  });
  if (context.json) return writeJson(context.stdout, reply);
  const end =
    reply.expiresAt === undefined
      ? 'until it is revoked'
      : `until ${bothText(reply.expiresAt, context.now(), zoneOf(context))}`;
  await writeLine(
    context.stderr,
    `Token ${reply.id} allows ${reply.scopes.join(', ')} on ${reply.workflows.join(', ')}, ${end}. It is shown only now:`,
  );
  await writeLine(context.stdout, reply.token);
}

/** Revokes a token. Throws a UsageError or a WardenError. */
export async function revokeToken(context: Context, idOrName: string, options: RevokeOptions): Promise<void> {
  const token = await tokenNamed(context, idOrName);
  const { id, name } = token;
  const others = options.descendants ? ' and those that it created' : '';
  if (!options.yes && !(await confirm(context, `Revoke the token "${name}" (${id})${others}?`))) {
    return writeLine(context.stderr, 'Nothing was revoked.');
  }
  await call(context, 'revoke-token', {
    path: { token: id },
    query: options.descendants ? { descendants: true } : {},
  });
  if (context.json) await writeJson(context.stdout, { id, name, state: 'revoked' });
  else await writeLine(context.stdout, `Token ${id} (${name})${others} is revoked.`);
}

/** The token with this id, or the only valid one with this name. */
async function tokenNamed(context: Context, idOrName: string): Promise<Pick<TokenSummary, 'id' | 'name'>> {
  if (idOrName.startsWith('pw_')) {
    throw new UsageError(
      'this is a whole token, which must stay secret',
      'Name it by its id, the 12 letters and digits after pw_, or by its name.',
    );
  }
  const tokens = await allTokens(context);
  const byId = whole(tokenIdPattern).test(idOrName) ? tokens.find(({ id }) => id === idOrName) : undefined;
  if (byId) return byId;
  const [only, ...others] = tokens.filter(({ name, state }) => name === idOrName && state === 'active');
  if (only === undefined)
    throw notFound('token-not-found', `there is no valid token ${JSON.stringify(idOrName)}`);
  if (others.length > 0) {
    const ids = [only, ...others].map(({ id }) => id).join(', ');
    throw new UsageError(
      `several tokens have the name ${JSON.stringify(idOrName)}`,
      `Name one by its id: ${ids}.`,
    );
  }
  return only;
}

async function allTokens(context: Context): Promise<TokenSummary[]> {
  const found: TokenSummary[] = [];
  const page = (cursor: object) =>
    call(context, 'list-tokens', { path: {}, query: { limit: limits.pageItems, ...cursor } });
  for await (const { tokens } of pagesOf(page)) found.push(...tokens);
  return found;
}

function scopesOf(texts: readonly string[]): Scope[] {
  const wanted = separated(texts);
  const isScope = (text: string): text is Scope => Scope.options.some((scope) => scope === text);
  const unknown = wanted.find((one) => !isScope(one));
  if (unknown !== undefined || wanted.length === 0) {
    throw new UsageError(
      `--scope must be ${Scope.options.join(', ')}, or several of them with commas; received ${unknown === undefined ? 'none' : JSON.stringify(unknown)}`,
    );
  }
  return wanted.filter(isScope);
}

function separated(texts: readonly string[]): string[] {
  const all = texts.flatMap((text) => text.split(',')).map((one) => one.trim());
  return [...new Set(all.filter((one) => one !== ''))];
}

function tokenColumns({ now }: Pick<Context, 'now'>): Column<TokenSummary>[] {
  const ago = (at: string | undefined) => at && relativeText(at, now());
  return [
    { title: 'ID', rank: 0, cell: ({ id }) => id },
    { title: 'NAME', rank: 1, cell: ({ name }) => name },
    { title: 'STATE', rank: 4, cell: ({ state }) => state },
    { title: 'SCOPES', rank: 2, cell: ({ scopes }) => scopes.join(' ') },
    { title: 'WORKFLOWS', rank: 3, cell: ({ workflows }) => workflows.join(' ') },
    { title: 'LAST USED', rank: 5, cell: ({ lastUsedAt }) => ago(lastUsedAt) },
    { title: 'EXPIRES', rank: 6, cell: ({ expiresAt }) => ago(expiresAt) },
    { title: 'CREATED', rank: 7, cell: ({ createdAt }) => ago(createdAt) },
    { title: 'BY', rank: 8, cell: ({ createdBy }) => createdBy },
  ];
}
