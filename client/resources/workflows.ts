import type { BodyOf, CallLimits, QueryOf } from '../../core/contract/calls.ts';
import type { Connection } from '../connection.ts';
import { entriesOf, type ListOptions } from '../pages.ts';

/** Workflows, their settings and silences. */
export function workflowsOf({ call }: Pick<Connection, 'call'>) {
  return {
    list: (options: ListOptions = {}) =>
      entriesOf(
        options,
        (query, limits) => call('list-workflows', { path: {}, query, ...limits }),
        ({ workflows }) => workflows,
      ),
    get: (workflow: string, limits: CallLimits = {}) =>
      call('read-workflow', { path: { workflow }, ...limits }),
    statistics: (workflow: string, query: QueryOf<'read-statistics'> = {}, limits: CallLimits = {}) =>
      call('read-statistics', { path: { workflow }, query, ...limits }),
    /** Replaces all settings. */
    save: (workflow: string, settings: BodyOf<'save-workflow'>, limits: CallLimits = {}) =>
      call('save-workflow', { path: { workflow }, body: settings, ...limits }),
    /** Changes the given settings and keeps the others. */
    change: (workflow: string, settings: BodyOf<'change-workflow'>, limits: CallLimits = {}) =>
      call('change-workflow', { path: { workflow }, body: settings, ...limits }),
    remove: (workflow: string, limits: CallLimits = {}) =>
      call('remove-workflow', { path: { workflow }, ...limits }),
    silence: (workflow: string, silence: BodyOf<'silence-workflow'>, limits: CallLimits = {}) =>
      call('silence-workflow', { path: { workflow }, body: silence, ...limits }),
    endSilence: (workflow: string, limits: CallLimits = {}) =>
      call('end-silence', { path: { workflow }, ...limits }),
  };
}
