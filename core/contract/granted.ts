import type { Scope } from './scope.ts';

/** What a token allows. */
export interface Granted {
  scopes: readonly Scope[];
  /** Names of workflows, and prefixes with a star. */
  workflows: readonly string[];
}

/** They are beside schemas in scope.ts, which would be half of the console's size. */
const scopes = ['ingest', 'read', 'operate', 'admin'] as const satisfies readonly Scope[];

const noWorkflow = 'no workflow';

/** Whether one of the patterns, exact names or prefixes with a star, covers the workflow. */
export function covers(patterns: readonly string[], workflow: string): boolean {
  return patterns.some((pattern) =>
    pattern.endsWith('*') ? workflow.startsWith(pattern.slice(0, -1)) : workflow === pattern,
  );
}

/** Whether it has the scope, on the workflow if there is one. `admin` is every scope on every workflow. */
export function allows(granted: Granted, scope: Scope, workflow: string | undefined): boolean {
  if (granted.scopes.includes('admin')) return true;
  return granted.scopes.includes(scope) && (workflow === undefined || covers(granted.workflows, workflow));
}

/** "read operate on uploads scans-*" */
export function grantedText(granted: Granted): string {
  return `${granted.scopes.join(' ') || 'no scope'} on ${granted.workflows.join(' ') || noWorkflow}`;
}

/**
 * What the token of a caller who was refused allows, from the detail of the refusal: no operation tells it
 * (docs/adr/0035). Undefined if it does not say, as when API Gateway refuses.
 */
export function grantedOf(detail: string): Granted | undefined {
  const [, has, on] = /\bthe token has (.+) on (.+)$/.exec(detail) ?? [];
  if (has === undefined || on === undefined) return undefined;
  const names = has.split(' ');
  return {
    scopes: scopes.filter((scope) => names.includes(scope)),
    workflows: on === noWorkflow ? [] : on.split(' '),
  };
}
