import { signal } from '@preact/signals';
import type { ComponentChildren } from 'preact';
import type { ScopeOf } from '../core/contract/calls.ts';
import { allows, type Granted, grantedOf } from '../core/contract/granted.ts';
import type { Operation } from '../core/contract/routes.ts';
import { call, Refused } from './api.ts';

/**
 * The scopes of the actions that the page offers. In the contracts they are beside schemas, which would be half of the
 * page's size.
 */
const scopes = {
  'acknowledge-incident': 'operate',
  'silence-workflow': 'operate',
  'end-silence': 'operate',
  'start-redrive': 'operate',
  'change-redrive': 'operate',
  discard: 'operate',
  progress: 'ingest',
  complete: 'ingest',
  'list-tokens': 'admin',
  'create-token': 'admin',
  'revoke-token': 'admin',
} as const satisfies { [Name in Operation]?: ScopeOf<Name> };
export type Offered = keyof typeof scopes;

const nothing: Granted = { scopes: [], workflows: [] };
const everything: Granted = { scopes: ['admin'], workflows: ['*'] };
/** The scopes of the caller: none until they are known. */
const granted = signal(nothing);

/**
 * Asks what the token allows: the detail of a refusal says it. If no refusal says it, as for an IAM identity,
 * everything is offered, and the service decides.
 */
export async function learnGranted(signal: AbortSignal): Promise<void> {
  granted.value = nothing;
  const learned = await call('list-tokens', { path: {}, query: { limit: 1 }, signal }).then(
    () => everything,
    (error: Error) => (error instanceof Refused && grantedOf(error.message)) || everything,
  );
  if (!signal.aborted) granted.value = learned;
}

/** Whether the page offers this to the caller, in a workflow if it is in one. */
export function may(operation: Offered, workflow?: string): boolean {
  return allows(granted.value, scopes[operation], workflow);
}

/** Whether the caller may read, but change nothing. */
export function isReader(): boolean {
  const { scopes: has } = granted.value;
  return has.length > 0 && has.every((scope) => scope === 'read');
}

/** Content that is shown only to callers who may do this. */
export function May({
  act,
  workflow,
  children,
}: {
  act: Offered;
  workflow?: string;
  children: ComponentChildren;
}) {
  return may(act, workflow) ? children : null;
}
