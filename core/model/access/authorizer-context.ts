import * as z from 'zod/mini';
import { Instant } from '../../contract/time.ts';

/** Why a caller is not authenticated. */
export const Anonymous = z.enum(['missing', 'malformed', 'unknown', 'expired', 'revoked']);
export type Anonymous = z.infer<typeof Anonymous>;

/**
 * What the authorizer passes to the handlers for a valid token. API Gateway caches it for a minute, so it has the
 * expiry.
 */
export const KnownContext = z.object({
  tokenId: z.string().check(z.minLength(1)),
  tokenName: z.optional(z.string()),
  /** Separated by spaces. */
  scopes: z.string(),
  /** Patterns, as JSON. */
  workflows: z.string(),
  expiresAt: z.optional(Instant),
});
export type KnownContext = z.infer<typeof KnownContext>;

/** For anything else: the caller is unknown, and handlers answer 401. */
export const AnonymousContext = z.object({ anonymous: Anonymous });
export type AnonymousContext = z.infer<typeof AnonymousContext>;
