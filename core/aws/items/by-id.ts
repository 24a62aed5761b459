import { keysOf } from '../../model/item/item-record.ts';
import { LeftOut } from '../batch-read.ts';
import type { Placed, PlaceRange } from './in-order.ts';
import type { ItemsTable } from './table.ts';

/** Keys of one call. */
const perRead = 100;

/**
 * Items of a workflow by their ids, read consistently, in the order of an index; an Error for each that cannot be read.
 * Throws when DynamoDB was too busy for one: nothing is known of it, and to leave it out would say that it is gone.
 */
export async function* itemsById(
  items: ItemsTable,
  { workflow, ids }: { workflow: string; ids: readonly string[] },
  { from, to, order, after }: PlaceRange,
  sortKey: 'due' | 'registered',
): AsyncGenerator<Placed | Error> {
  const keys = [...new Set(ids)].map((item) => ({ workflow, item }));
  const placed: Placed[] = [];
  for (let start = 0; start < keys.length; start += perRead) {
    const found = await items.readMany(keys.slice(start, start + perRead));
    for (const record of found.values()) {
      if (record instanceof LeftOut) throw record;
      if (record instanceof Error) {
        yield record;
        continue;
      }
      const position = keysOf(record)[sortKey];
      const isLeft = after === undefined || (order === 'asc' ? position > after : position < after);
      if (isLeft && position >= from && position <= to) placed.push({ record, position });
    }
  }
  const sign = order === 'asc' ? 1 : -1;
  yield* placed.sort((a, b) => (a.position < b.position ? -sign : sign));
}
