import type { CallLimits } from '../../core/contract/calls.ts';
import type { Connection } from '../connection.ts';
import { entriesOf, type FiltersOf, type ListOptions } from '../pages.ts';

export function incidentsOf({ call }: Pick<Connection, 'call'>) {
  return {
    /** Open incidents, then resolved incidents. */
    list: (filters: FiltersOf<'list-incidents'> = {}, options: ListOptions = {}) =>
      entriesOf(
        options,
        (page, limits) => call('list-incidents', { path: {}, query: { ...filters, ...page }, ...limits }),
        ({ incidents }) => incidents,
      ),
    /** An incident with its timeline. */
    get: (incident: string, limits: CallLimits = {}) =>
      call('read-incident', { path: { incident }, ...limits }),
    /** Says that somebody works on the incident, which stops reminders. */
    acknowledge: (incident: string, { note, ...limits }: CallLimits & { note?: string } = {}) =>
      call('acknowledge-incident', { path: { incident }, body: { acknowledged: true, note }, ...limits }),
  };
}
