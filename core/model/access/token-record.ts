import * as z from 'zod/mini';
import { Instant } from '../../contract/time.ts';
import { registryKinds } from '../../names/registry-kinds.ts';

/**
 * A token in the registry table, under its id, with a hash instead of its secret. A scope or pattern that this
 * version does not know is kept and grants nothing (docs/adr/0010).
 */
export const TokenRecord = z.object({
  kind: z.literal(registryKinds.token),
  /** The token's id: `name` is the table's sort key. */
  name: z.string(),
  label: z.string(),
  /** SHA-256 of the secret, in hexadecimal. */
  hash: z.string(),
  scopes: z.array(z.string()),
  workflows: z.array(z.string()),
  createdAt: Instant,
  createdBy: z.string(),
  expiresAt: z.optional(Instant),
  revokedAt: z.optional(Instant),
  lastUsedAt: z.optional(Instant),
});
export type TokenRecord = z.infer<typeof TokenRecord>;

export function tokenState(
  { revokedAt, expiresAt }: Pick<TokenRecord, 'revokedAt' | 'expiresAt'>,
  now: number,
): 'active' | 'expired' | 'revoked' {
  if (revokedAt !== undefined) return 'revoked';
  return isExpired(expiresAt, now) ? 'expired' : 'active';
}

export function isExpired(expiresAt: string | undefined, now: number): boolean {
  return expiresAt !== undefined && now >= Date.parse(expiresAt);
}
