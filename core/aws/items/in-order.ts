import { type ItemState, itemStates } from '../../contract/item.ts';
import { type IndexRecord, queueOf, shards } from '../../model/item/item-record.ts';
import type { DueRange, IndexRow, ItemsIndex } from './index.ts';

export interface Placed {
  record: IndexRecord;
  /** Its place in the order of the index: no two items of a workflow have the same. */
  position: string;
}

export interface PlaceRange extends DueRange {
  /** Go on after this position. */
  after: string | undefined;
}

/**
 * Items of a workflow in the order of an index, read as they are taken; a row that cannot be read is an Error in its
 * place.
 *
 * They are in a queue for each state and shard, and are read in rounds: a part of every queue, and of these parts what
 * no other part can come before. In a round waiting items are read first, then overdue, then failed ones, and waiting ones
 * again: an item that expires, fails or is started again meanwhile is met in one queue or in two, and given once.
 *
 * @param states those that are wanted
 * @param perRead rows of a queue in one round, at least 2
 */
export async function* itemsInOrder(
  index: ItemsIndex,
  { workflow, states }: { workflow: string; states: readonly ItemState[] },
  range: PlaceRange,
  perRead: number,
): AsyncGenerator<Placed | Error> {
  const isBefore = (a: string, b: string) => (range.order === 'asc' ? a < b : a > b);
  const wanted = itemStates.filter((state) => states.includes(state));
  const inTurn = wanted[0] === 'waiting' && wanted.length > 1 ? [...wanted, wanted[0]] : wanted;
  let last = range.after;
  for (let more = true; more; ) {
    const left = last === undefined ? range : { ...range, [range.order === 'asc' ? 'from' : 'to']: last };
    const rows = new Map<string, IndexRow>();
    let complete: string | undefined;
    for (const state of inTurn) {
      const queues = Array.from({ length: shards }, (_, shard) => queueOf(workflow, state, shard));
      const pages = await Promise.all(queues.map((queue) => index.page(queue, left, perRead)));
      for (const page of pages) {
        for (const row of page.rows) rows.set(row.position, row);
        const end = page.more ? page.rows.at(-1)?.position : undefined;
        if (end !== undefined && (complete === undefined || isBefore(end, complete))) complete = end;
      }
    }
    const inOrder = [...rows.values()].sort((a, b) => (isBefore(a.position, b.position) ? -1 : 1));
    for (const { position, record } of inOrder) {
      if (position === last) continue;
      if (complete !== undefined && isBefore(complete, position)) break;
      yield record instanceof Error ? record : { record, position };
      last = position;
    }
    more = complete !== undefined;
  }
}
