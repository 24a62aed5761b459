import * as z from 'zod/mini';
import { Scope } from '../contract/scope.ts';
import { jsonOrUndefined } from '../json-text.ts';
import { type Anonymous, AnonymousContext, KnownContext } from '../model/access/authorizer-context.ts';
import { type Caller, visibleWorkflows } from '../model/access/permission.ts';
import { isExpired } from '../model/access/token-record.ts';
import { ProblemError } from '../problem-error.ts';

/** The authorizer part of the request's context: from the token API's Lambda authorizer, or from the IAM API. */
const Authorizer = z.object({ lambda: z.optional(z.unknown()), iam: z.optional(z.unknown()) });
const IamIdentity = z.object({ accountId: z.string(), userArn: z.string() });
const Patterns = z.array(z.string());

const everything = { scopes: ['admin'], workflows: ['*'], visible: ['*'] } as const;
/** Every caller of a service without authentication. */
export const openCaller: Caller = { id: 'open', by: 'open', ...everything };

/**
 * Who calls. Throws a 401 problem unless the caller is known for certain: a missing or unreadable context identifies
 * nobody, unless the service is open.
 */
export function callerOf(authorizer: unknown, access: 'open' | undefined, now: number): Caller {
  if (authorizer === undefined && access === 'open') return openCaller;
  const { lambda, iam } = z.safeParse(Authorizer, authorizer).data ?? {};
  if (lambda !== undefined) return tokenCaller(lambda, now);
  // API Gateway has checked the signature, and that the caller's policy allows this route.
  const identity = z.safeParse(IamIdentity, iam);
  if (identity.success) return { id: 'iam', by: identity.data.userArn, ...everything };
  throw unauthenticated('missing');
}

function tokenCaller(context: unknown, now: number): Caller {
  const anonymous = z.safeParse(AnonymousContext, context);
  if (anonymous.success) throw unauthenticated(anonymous.data.anonymous);
  const known = z.safeParse(KnownContext, context);
  const workflows = z.safeParse(Patterns, jsonOrUndefined(known.data?.workflows));
  if (!known.success || !workflows.success) throw unauthenticated('unknown');
  // The authorizer's answer may be a minute old.
  if (isExpired(known.data.expiresAt, now)) throw unauthenticated('expired');
  const granted = {
    // An unknown scope of another version grants nothing.
    scopes: known.data.scopes.split(' ').flatMap((scope) => z.safeParse(Scope, scope).data ?? []),
    workflows: workflows.data,
  };
  return {
    id: known.data.tokenId,
    by: known.data.tokenId,
    visible: visibleWorkflows(granted),
    byName: known.data.tokenName,
    ...granted,
    ...(known.data.expiresAt !== undefined && { expiresAt: known.data.expiresAt }),
  };
}

const reasons: Record<Anonymous, string> = {
  missing: 'there is no Authorization header',
  malformed: 'the Authorization header has no token of the form pw_…',
  unknown: 'the token is unknown',
  expired: 'the token has expired',
  revoked: 'the token was revoked',
};

function unauthenticated(reason: Anonymous): ProblemError {
  const error = reason === 'missing' ? '' : ', error="invalid_token"';
  return new ProblemError(
    'unauthenticated',
    `${reasons[reason]}; send "Authorization: Bearer pw_…" with a valid token`,
    { headers: { 'www-authenticate': `Bearer realm="process-warden"${error}` } },
  );
}
