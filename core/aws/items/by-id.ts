import { isOpen, itemName } from '../../model/item/item-record.ts';
import { LeftOut } from '../batch-read.ts';
import type { Placed, UnreadableItem } from './in-order.ts';
import { placeOf } from './keys.ts';
import type { ItemsTable } from './table.ts';

/** Items of one call of BatchGetItem. */
const perRead = 100;
/** The same with their data: 5 MB at most. */
const perReadWithData = 25;

/**
 * Items and receipts of a workflow by their ids, read lazily and consistently; the position of each is its id. Throws
 * if DynamoDB left an item out: whether it exists is unknown, and to omit it would say that it is gone.
 */
export async function* itemsById(
  items: ItemsTable,
  { workflow, ids }: { workflow: string; ids: readonly string[] },
  data = false,
): AsyncGenerator<Placed | UnreadableItem> {
  const keys = [...new Set(ids)].map((item) => ({ workflow, item }));
  const size = data ? perReadWithData : perRead;
  for (let start = 0; start < keys.length; start += size) {
    const part = keys.slice(start, start + size);
    const found = await items.readMany(part, { data });
    for (const key of part) {
      const record = found.get(itemName(key));
      if (record instanceof LeftOut) throw record;
      if (record instanceof Error) yield { item: key.item, position: key.item, error: record };
      else if (record) yield { record, position: key.item };
    }
  }
}

/**
 * The same in order of registration, like the breached items of a workflow. An item that cannot be read comes first,
 * because nobody knows when it was registered.
 *
 * @param after the position to continue after
 */
export async function* itemsByIdInOrder(
  items: ItemsTable,
  which: { workflow: string; ids: readonly string[] },
  after: string | undefined,
): AsyncGenerator<Placed | UnreadableItem> {
  const found: (Placed | UnreadableItem)[] = [];
  for await (const seen of itemsById(items, which)) {
    if ('error' in seen) found.push({ ...seen, position: `0#${seen.item}` });
    else if (isOpen(seen.record)) {
      found.push({
        ...seen,
        position: placeOf({ ...seen.record, reportedAt: seen.record.registeredAt }).time,
      });
    }
  }
  found.sort((a, b) => (a.position < b.position ? -1 : 1));
  yield* found.filter(({ position }) => after === undefined || position > after);
}
