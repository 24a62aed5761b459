import type { TokensTable } from '../../aws/registry/tokens.ts';
import type { Clock } from '../../clock.ts';
import { limits } from '../../contract/limits.ts';
import { tokenIdPattern, whole } from '../../contract/patterns.ts';
import { Scope } from '../../contract/scope.ts';
import type { TokenSummary, TokensReply } from '../../contract/token.ts';
import { errorFields, type Log } from '../../log.ts';
import { type TokenRecord, tokenState } from '../../model/access/token-record.ts';
import { readCursor, writeCursor } from '../../model/list-cursor.ts';

/** All tokens by id, without their secrets or hashes. A token that cannot be read is logged and hides no other (P8). */
export async function listTokens(
  { tokens, clock, log }: { tokens: TokensTable; clock: Clock; log: Log },
  query: { limit?: string | undefined; cursor?: string | undefined },
): Promise<TokensReply> {
  const after = readCursor(query.cursor, 'tokens', whole(tokenIdPattern));
  const limit = query.limit === undefined ? limits.defaultPageItems : Number(query.limit);
  const { records, last } = await tokens.page(after, limit);
  const shown: TokenSummary[] = [];
  for (const record of records) {
    if (record instanceof Error) log.error('token cannot be read', errorFields(record));
    else shown.push(summaryOf(record, clock.now()));
  }
  return { tokens: shown, ...(last !== undefined && { cursor: writeCursor(last, 'tokens') }) };
}

function summaryOf(record: TokenRecord, now: number): TokenSummary {
  // Keep the hash out of the reply.
  const { kind, name, label, hash, scopes, ...shown } = record;
  return {
    id: name,
    name: label,
    state: tokenState(record, now),
    scopes: scopes.flatMap((scope) => Scope.safeParse(scope).data ?? []),
    ...shown,
  };
}
