import { limits } from '../../contract/limits.ts';
import { tokenIdPattern, whole } from '../../contract/patterns.ts';
import type { TokenSummary, TokensReply } from '../../contract/token.ts';
import { errorFields } from '../../log.ts';
import { tokenSummary } from '../../model/access/token-summary.ts';
import { readCursor, writeCursor } from '../../model/list-cursor.ts';
import type { Ports } from '../../ports.ts';

/** All tokens by id, without their secrets or hashes. A token that cannot be read is logged and hides no other (P8). */
export async function listTokens(
  { tokens, clock, log }: Pick<Ports, 'tokens' | 'clock' | 'log'>,
  query: { limit?: string | undefined; cursor?: string | undefined },
): Promise<TokensReply> {
  const after = readCursor(query.cursor, 'tokens', whole(tokenIdPattern));
  const limit = query.limit === undefined ? limits.defaultPageItems : Number(query.limit);
  const { records, last } = await tokens.page(after, limit);
  const shown: TokenSummary[] = [];
  for (const record of records) {
    if (!('error' in record)) shown.push(tokenSummary(record, clock.now()));
    else log.error('record cannot be read', { token: record.name, ...errorFields(record.error) });
  }
  return { tokens: shown, ...(last !== undefined && { cursor: writeCursor(last, 'tokens') }) };
}
