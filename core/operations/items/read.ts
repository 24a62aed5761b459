import type { ItemsTable } from '../../aws/items/table.ts';
import type { Item } from '../../contract/item.ts';
import { type JsonText, jsonText, withMember } from '../../json-text.ts';
import { type ItemRecord, summaryOf } from '../../model/item/item-record.ts';
import { loadData } from '../../model/item/stored-data.ts';
import { itemNotFound } from './preconditions.ts';

/** The item with its data as it was registered (P5), as JSON text. Throws a 404 problem when there is none. */
export async function read(
  { items }: { items: ItemsTable },
  { workflow, item }: { workflow: string; item: string },
): Promise<{ attempt: number; json: JsonText<Item> }> {
  const record = await items.read(workflow, item);
  if (record === undefined) throw itemNotFound(workflow, item);
  return { attempt: record.attempt, json: itemJson(record) };
}

/** All there is to an item, as JSON text. */
export function itemJson(record: ItemRecord): JsonText<Item> {
  const summary = summaryOf(record);
  return record.data === undefined ? jsonText(summary) : withMember(summary, 'data', loadData(record.data));
}
