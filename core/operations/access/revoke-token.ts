import type { Note } from '../../aws/registry/audit-log.ts';
import { instant } from '../../contract/time.ts';
import type { Ports } from '../../ports.ts';
import { ProblemError } from '../../problem-error.ts';

/** Revokes a token for good; a repeat changes nothing (P4). Throws a 404 problem if there is no token with this id. */
export async function revokeToken(
  { tokens, clock }: Pick<Ports, 'tokens' | 'clock'>,
  { token, note }: { token: string; note: Note },
): Promise<void> {
  const isRevoked = await tokens.isRevoked(token);
  if (isRevoked) return;
  if (isRevoked !== undefined) {
    await note({ action: 'token-revoked', subject: token });
    if (await tokens.revoke(token, instant(clock.now()))) return;
  }
  throw new ProblemError('token-not-found', `there is no token with the id ${token}`);
}
