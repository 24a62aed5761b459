import { itemName } from '../../model/item/item-record.ts';
import { LeftOut } from '../batch-read.ts';
import type { Placed, UnreadableItem } from './in-order.ts';
import type { ItemsTable } from './table.ts';

/** Items of one call of BatchGetItem. */
const perRead = 100;
/** The same with their data: 5 MB at most. */
const perReadWithData = 25;

/**
 * Items and receipts of a workflow by their ids, read consistently as they are taken; the position of each is its id. Throws
 * when DynamoDB was too busy for one: nothing is known of it, and to leave it out would say that it is gone.
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
