import { instant } from '../../contract/time.ts';
import { errorFields } from '../../log.ts';
import type { AnonymousContext, KnownContext } from '../../model/access/authorizer-context.ts';
import { type TokenRecord, tokenState } from '../../model/access/token-record.ts';
import { bearerToken, isSecretOf } from '../../model/access/token-text.ts';
import type { Ports } from '../../ports.ts';

type Service = Pick<Ports, 'tokens' | 'clock' | 'log'>;

/** How far behind a token's last use may be, in milliseconds: recording each use would double the cost of a request. */
const coarseMs = 60 * 60 * 1_000;

/** Who calls, according to the Authorization header. Not what the caller may do: the answer is cached for all routes. */
export async function authorize(
  service: Service,
  header: string | undefined,
): Promise<KnownContext | AnonymousContext> {
  if (header === undefined || header.trim() === '') return { anonymous: 'missing' };
  const token = bearerToken(header);
  if (!token) return { anonymous: 'malformed' };
  const record = await service.tokens.read(token.id);
  // Compare the secret first: only its holder may learn that a token has expired or was revoked.
  if (!record || !isSecretOf(record.hash, token.secret)) return { anonymous: 'unknown' };
  const state = tokenState(record, service.clock.now());
  if (state !== 'active') return { anonymous: state };
  await noteUse(service, record);
  return {
    tokenId: record.name,
    tokenName: record.label,
    scopes: record.scopes.join(' '),
    workflows: JSON.stringify(record.workflows),
    ...(record.expiresAt !== undefined && { expiresAt: record.expiresAt }),
  };
}

/** Best effort: a use that is not recorded must not fail the request. */
async function noteUse({ tokens, clock, log }: Service, record: TokenRecord): Promise<void> {
  const now = clock.now();
  if (record.lastUsedAt !== undefined && now - Date.parse(record.lastUsedAt) < coarseMs) return;
  try {
    await tokens.noteUse(record.name, instant(now));
  } catch (error) {
    log.warn('last use not recorded', { tokenId: record.name, ...errorFields(error) });
  }
}
