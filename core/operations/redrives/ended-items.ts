import { itemsById } from '../../aws/items/by-id.ts';
import { itemsInOrder, type Placed } from '../../aws/items/in-order.ts';
import { ItemsIndex } from '../../aws/items/index.ts';
import type { ItemsTable } from '../../aws/items/table.ts';
import type { Clock } from '../../clock.ts';
import { errorFields, type Log } from '../../log.ts';
import { timesBetween } from '../../model/item/item-filter.ts';
import { isAbout, type RedriveScope } from '../../model/redrive/redrive-filter.ts';
import { dryRunBudgetMs } from '../../names/clockwork.ts';

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
  const states = filter.state === undefined ? (['overdue', 'failed'] as const) : [filter.state];
  const index = new ItemsIndex(items, 'by-registered');
  const rows =
    filter.ids === undefined
      ? itemsInOrder(index, { workflow, states }, range, perRead)
      : itemsById(items, { workflow, ids: filter.ids }, range, 'registered');
  for await (const row of rows) {
    if (row instanceof Error) log.error('record cannot be read', { workflow, ...errorFields(row) });
    else if (isAbout(row.record, scope)) yield row;
  }
}

/** Gives every item that there is to `each`, until the time is up. Gives whether there may be more. */
export async function countEnded(
  service: EndedItemsService & { clock: Clock },
  scope: RedriveScope,
  each: (item: Placed) => void,
): Promise<{ more: boolean }> {
  const until = service.clock.now() + dryRunBudgetMs;
  for await (const item of endedItems(service, scope, undefined)) {
    if (service.clock.now() >= until) return { more: true };
    each(item);
  }
  return { more: false };
}
