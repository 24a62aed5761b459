import * as z from 'zod/mini';
import { Instant } from '../../contract/time.ts';

/** Why a caller is nobody. */
export const Anonymous = z.enum(['missing', 'malformed', 'unknown', 'expired', 'revoked']);
export type Anonymous = z.infer<typeof Anonymous>;

/** What the authorizer tells the handlers of a good token. API Gateway keeps it for a minute, so it carries the expiry. */
export const KnownContext = z.object({
  tokenId: z.string().check(z.minLength(1)),
  /** Separated by spaces. */
  scopes: z.string(),
  /** Patterns, as JSON. */
  workflows: z.string(),
  expiresAt: z.optional(Instant),
});
export type KnownContext = z.infer<typeof KnownContext>;

/** And of anything else: it names nobody, and handlers answer 401. */
export const AnonymousContext = z.object({ anonymous: Anonymous });
export type AnonymousContext = z.infer<typeof AnonymousContext>;
