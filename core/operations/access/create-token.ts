import type { Note } from '../../aws/registry/audit-log.ts';
import { instant } from '../../contract/time.ts';
import { timeoutMs } from '../../contract/timeout.ts';
import type { TokenReply, TokenRequest } from '../../contract/token.ts';
import { newToken, secretHash, tokenText } from '../../model/access/token-text.ts';
import { registryKinds } from '../../names/registry-kinds.ts';
import type { Ports } from '../../ports.ts';

/**
 * Creates a token. Only the reply has its text; the service keeps a hash of the secret. The new token expires no later
 * than the token of the caller, so that a leaked token leaves no lasting token behind.
 *
 * @param until when the token of the caller expires
 */
export async function createToken(
  { tokens, clock }: Pick<Ports, 'tokens' | 'clock'>,
  {
    request,
    createdBy,
    until,
    note,
  }: { request: TokenRequest; createdBy: string; until?: string | undefined; note: Note },
): Promise<TokenReply> {
  const { name, scopes, workflows, expiresIn } = request;
  const now = clock.now();
  const life = expiresIn === undefined ? undefined : timeoutMs(expiresIn);
  const token = newToken();
  const [expiresAt] = [life === undefined ? undefined : instant(now + life), until]
    .filter((at) => at !== undefined)
    .toSorted();
  const times = { createdAt: instant(now), ...(expiresAt !== undefined && { expiresAt }) };
  await note({ action: 'token-created', subject: token.id, scopes, workflows });
  const written = await tokens.insert({
    kind: registryKinds.token,
    name: token.id,
    label: name,
    hash: secretHash(token.secret),
    scopes,
    workflows,
    createdBy,
    ...times,
  });
  // The id has 71 random bits, so a collision means a broken generator rather than bad luck.
  if (!written) throw new Error('the id of a new token is already in use');
  return { id: token.id, token: tokenText(token), name, scopes, workflows, ...times };
}
