import type { BodyOf, CallLimits } from '../../core/contract/calls.ts';
import type { Connection } from '../connection.ts';
import { entriesOf, exportItems, exportLines, type FiltersOf, type ListOptions } from '../pages.ts';
import { sendInBatches } from '../send-batch.ts';

/** Reading items, and changing many at once. */
export function itemsOf(connection: Connection) {
  const { call } = connection;
  return {
    /** An item with its data, or the completion of a completed item. Throws `item-not-found`. */
    get: (workflow: string, item: string, limits: CallLimits = {}) =>
      call('read', { path: { workflow, item }, ...limits }),

    /** The items that match all filters, without their data. */
    list: (workflow: string, filters: FiltersOf<'list'> = {}, options: ListOptions = {}) =>
      entriesOf(
        options,
        (page, limits) => call('list', { path: { workflow }, query: { ...filters, ...page }, ...limits }),
        ({ items }) => items,
      ),

    /** The items that match all filters, with their data. An item that cannot be read has `error` instead. */
    export: (workflow: string, filters: FiltersOf<'list'> = {}, options: ListOptions = {}) =>
      exportItems(connection, workflow, filters, options),

    /** The same, each item as the JSON text that the service wrote: parsing it would round large numbers. */
    exportLines: (workflow: string, filters: FiltersOf<'list'> = {}, options: ListOptions = {}) =>
      exportLines(connection, workflow, filters, options),

    /**
     * Carries out operations on items, in batches of 100, and returns a result for each: the result of a failed
     * operation has a `code`, and an operation whose result has the status 503 may be sent again. The time limit is for
     * each batch.
     */
    batch: (workflow: string, operations: BodyOf<'batch'>['operations'], limits: CallLimits = {}) =>
      sendInBatches(connection, workflow, operations, limits),

    /** Which of up to 10,000 ids are waiting, overdue, failed, completed or unknown. */
    reconcile: (workflow: string, ids: readonly string[], limits: CallLimits = {}) =>
      call('reconcile', { path: { workflow }, body: { ids: [...ids] }, ...limits }),
  };
}
