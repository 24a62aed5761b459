import { allows, covers, type Granted, grantedText } from '../../contract/granted.ts';
import { received } from '../../contract/names.ts';
import type { Scope } from '../../contract/scope.ts';
import { ProblemError } from '../../problem-error.ts';

/** Who calls, and what they may do. */
export interface Caller extends Granted {
  /** A token's id, or `iam` or `open`. It is logged. */
  id: string;
  /** The caller in the audit log and in replies: a token's id, or the ARN of an IAM identity. */
  by: string;
  /** The patterns of the workflows that the caller can see at all. */
  visible: readonly string[];
  /** The name of the token. */
  byName?: string | undefined;
  /** When the caller's token expires. */
  expiresAt?: string;
}

/** The workflows that a caller with these scopes can see. `admin` is every scope on every workflow. */
export function visibleWorkflows({ scopes, workflows }: Granted): readonly string[] {
  return scopes.includes('admin') ? ['*'] : workflows;
}

/**
 * Throws a 403 problem unless the caller has the scope, on the workflow if the request has one. It reads nothing, so
 * its answer does not reveal whether a workflow or item exists.
 */
export function requirePermission(caller: Caller, scope: Scope, workflow: string | undefined): void {
  if (allows(caller, scope, workflow)) return;
  const on = workflow === undefined ? '' : ` on workflow ${received(workflow)}`;
  throw new ProblemError(
    'forbidden',
    `this needs the scope ${scope}${on}; the token has ${grantedText(caller)}`,
    {
      headers: {
        'www-authenticate': `Bearer realm="process-warden", error="insufficient_scope", scope="${scope}"`,
      },
    },
  );
}

/**
 * The patterns in the order of names, without patterns that another pattern covers. They do not overlap, and all names
 * of one pattern come before all names of the next.
 */
export function disjointPatterns(patterns: readonly string[]): string[] {
  const coveredByOther = (pattern: string) =>
    patterns.some((other) => other !== pattern && other.endsWith('*') && covers([other], pattern));
  return [...new Set(patterns)].filter((pattern) => !coveredByOther(pattern)).sort();
}
