import type { Note } from '../../aws/registry/audit-log.ts';
import { instant } from '../../contract/time.ts';
import type { Ports } from '../../ports.ts';
import { ProblemError } from '../../problem-error.ts';

const pageTokens = 200;

/**
 * Revokes a token for good; a repeat changes nothing (P4). With `descendants` it also revokes every token that this
 * token created, the tokens that these created, and so on. The token itself is revoked first, so that it can create no
 * more. After a failure a repeat continues. Throws a 404 problem if there is no token with this id.
 */
export async function revokeToken(
  { tokens, clock }: Pick<Ports, 'tokens' | 'clock'>,
  { token, descendants = false, note }: { token: string; descendants?: boolean; note: Note },
): Promise<void> {
  const isRevoked = await tokens.isRevoked(token);
  if (isRevoked === undefined) throw notFound(token);
  if (isRevoked && !descendants) return;
  await note({ action: 'token-revoked', subject: token, ...(descendants && { descendants }) });
  const at = instant(clock.now());
  if (!(await tokens.revoke(token, at))) throw notFound(token);
  if (!descendants) return;
  for (const id of await descendantsOf(tokens, token)) await tokens.revoke(id, at);
}

/** The ids of the tokens that a token created, directly or through other tokens. */
async function descendantsOf(tokens: Ports['tokens'], token: string): Promise<Set<string>> {
  const children = new Map<string, string[]>();
  let after: string | undefined;
  do {
    const { records, last } = await tokens.page(after, pageTokens);
    for (const record of records) {
      if ('error' in record) continue;
      children.set(record.createdBy, [...(children.get(record.createdBy) ?? []), record.name]);
    }
    after = last;
  } while (after !== undefined);
  const found = new Set(children.get(token));
  // A set that grows while it is walked: each child is visited, too.
  for (const id of found) for (const child of children.get(id) ?? []) found.add(child);
  found.delete(token);
  return found;
}

function notFound(token: string): ProblemError {
  return new ProblemError('token-not-found', `there is no token with the id ${token}`);
}
