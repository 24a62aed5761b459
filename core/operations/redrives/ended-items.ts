import { itemsById } from '../../aws/items/by-id.ts';
import { itemsInOrder, type Placed } from '../../aws/items/in-order.ts';
import { ItemsIndex } from '../../aws/items/index.ts';
import type { ItemsTable } from '../../aws/items/table.ts';
import type { Clock } from '../../clock.ts';
import { breachedStates } from '../../contract/item-filter.ts';
import { errorFields, type Log } from '../../log.ts';
import { isInState, timesBetween } from '../../model/item/item-filter.ts';
import { isAbout, type RedriveScope } from '../../model/redrive/redrive-filter.ts';

export interface EndedItemsService {
  items: ItemsTable;
  log: Log;
}

/** Rows of each queue that are read at once. */
const perRead = 100;

/**
 * Items of a workflow that are overdue or failed and that a redrive is about, in order of registration, read as they
 * are taken. Throws a 400 problem for a filter of times between which nothing could be.
 *
 * @param after the position to go on after
 */
export async function* endedItems(
  { items, log }: EndedItemsService,
  scope: RedriveScope,
  after: string | undefined,
): AsyncGenerator<Placed> {
  const { workflow, filter } = scope;
  const range = {
    ...timesBetween(filter, 'registeredAfter', 'registeredBefore'),
    order: 'asc' as const,
    after,
  };
  const states = breachedStates.filter((state) => isInState(state, filter));
  const index = new ItemsIndex(items, 'by-registered');
  const rows =
    filter.ids === undefined
      ? itemsInOrder(index, { workflow, states }, range, perRead)
      : itemsById(items, { workflow, ids: filter.ids }, range, 'registered');
  for await (const row of rows) {
    if (row instanceof Error) log.error('record cannot be read', { workflow, ...errorFields(row) });
    else if (scope.lastPosition !== undefined && row.position > scope.lastPosition) return;
    else if (isAbout(row.record, scope)) yield row;
  }
}

/** Milliseconds for which they are counted. */
const countingMs = 15_000;

/**
 * Gives every item that there is to `each`, until the limit is reached or the time is up. Returns whether there may be
 * more within the limit, and the position of the last one if the limit was reached.
 */
export async function countEnded(
  service: EndedItemsService & { clock: Clock },
  scope: RedriveScope,
  each: (item: Placed) => void,
): Promise<{ more: boolean; lastPosition?: string }> {
  const until = service.clock.now() + countingMs;
  let count = 0;
  for await (const item of endedItems(service, scope, undefined)) {
    if (service.clock.now() >= until) return { more: true };
    each(item);
    count++;
    if (count === scope.limit) return { more: false, lastPosition: item.position };
  }
  return { more: false };
}
