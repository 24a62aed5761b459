import { itemsByIdInOrder } from '../../aws/items/by-id.ts';
import { itemsInOrder } from '../../aws/items/in-order.ts';
import { readQueues } from '../../aws/items/queues.ts';
import { breachedStates } from '../../contract/item.ts';
import { errorFields } from '../../log.ts';
import { isInState, timesBetween } from '../../model/item/item-filter.ts';
import { type ItemRecord, isOpen } from '../../model/item/item-record.ts';
import { queuesOfStates } from '../../model/item/queue-names.ts';
import { isAbout, type RedriveScope } from '../../model/redrive/redrive-filter.ts';
import { dryRunBudgetMs } from '../../names/clockwork.ts';
import type { Ports } from '../../ports.ts';

/** Rows of each queue read at once. */
const perRead = 100;

/**
 * An item that may match a redrive, with its position in the order. If there is no record, the item cannot be read, and
 * nobody knows whether it matches.
 */
export interface Candidate {
  item: string;
  position: string;
  record: ItemRecord | undefined;
}

/**
 * The breached items of a workflow that a redrive selects, in order of registration, read lazily. An item that cannot
 * be read is included, and fails when its turn comes (P7). Throws a 400 problem for an empty range of times.
 *
 * @param after the position to continue after
 */
export async function* breachedItems(
  { items, registry, log }: Pick<Ports, 'items' | 'registry' | 'log'>,
  scope: RedriveScope,
  after: string | undefined,
): AsyncGenerator<Candidate> {
  const { workflow, filter } = scope;
  const times = timesBetween(filter, 'registeredAfter', 'registeredBefore');
  const range = { ...times, order: 'asc' as const, after };
  const states = breachedStates.filter((state) => isInState(state, filter));
  const found =
    filter.ids === undefined
      ? itemsInOrder(items, await readQueues(registry, workflow), queuesOfStates(states), range, perRead)
      : itemsByIdInOrder(items, { workflow, ids: filter.ids }, after);
  for await (const seen of found) {
    if (scope.lastPosition !== undefined && seen.position > scope.lastPosition) return;
    if ('error' in seen) {
      const { item, position, error } = seen;
      log.error('record cannot be read', { workflow, item, ...errorFields(error) });
      yield { item, position, record: undefined };
    } else if (isOpen(seen.record) && isAbout(seen.record, scope)) {
      const { record, position } = seen;
      yield { item: record.item, position, record };
    }
  }
}

/**
 * Passes every item to `each` until the limit is reached or the time is up. Returns whether there may be more items
 * within the limit, and the position of the last item if the limit was reached.
 */
export async function countMatching(
  service: Pick<Ports, 'items' | 'registry' | 'clock' | 'log'>,
  scope: RedriveScope,
  each: (item: Candidate) => void,
): Promise<{ more: boolean; lastPosition?: string }> {
  const until = service.clock.now() + dryRunBudgetMs;
  let count = 0;
  for await (const item of breachedItems(service, scope, undefined)) {
    if (service.clock.now() >= until) return { more: true };
    each(item);
    count++;
    if (count === scope.limit) return { more: false, lastPosition: item.position };
  }
  return { more: false };
}
