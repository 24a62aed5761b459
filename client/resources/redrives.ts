import type { BodyOf, CallLimits } from '../../core/contract/calls.ts';
import type { DryRun } from '../../core/contract/dry-run.ts';
import type { Redrive } from '../../core/contract/redrive.ts';
import type { Connection } from '../connection.ts';
import { entriesOf, type ListOptions } from '../pages.ts';

/** The reply of a request: a dry run says what would be done. */
type Started<Body> = Body extends { dryRun: true } ? DryRun : Redrive;

/** Resuming breached items. */
export function redrivesOf({ call }: Pick<Connection, 'call'>) {
  return {
    /**
     * Is not repeated if its reply is lost, because a repeat would be a second redrive: list the redrives before you
     * try again.
     */
    start: <Body extends BodyOf<'start-redrive'>>(workflow: string, body: Body, limits: CallLimits = {}) =>
      call('start-redrive', { path: { workflow }, body, ...limits }) as Promise<Started<Body>>,
    list: (workflow: string, options: ListOptions = {}) =>
      entriesOf(
        options,
        (query, limits) => call('list-redrives', { path: { workflow }, query, ...limits }),
        ({ redrives }) => redrives,
      ),
    get: (workflow: string, redrive: string, limits: CallLimits = {}) =>
      call('read-redrive', { path: { workflow, redrive }, ...limits }),
    /** Pauses, continues or aborts a redrive or discard, or changes its rate. */
    change: (workflow: string, redrive: string, body: BodyOf<'change-redrive'>, limits: CallLimits = {}) =>
      call('change-redrive', { path: { workflow, redrive }, body, ...limits }),
  };
}

/** Removes breached items: first a dry run with filters, then its token. */
export function discardOf({ call }: Pick<Connection, 'call'>) {
  return <Body extends BodyOf<'discard'>>(workflow: string, body: Body, limits: CallLimits = {}) =>
    call('discard', { path: { workflow }, body, ...limits }) as Promise<Started<Body>>;
}
