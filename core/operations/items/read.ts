import type { ItemsTable } from '../../aws/items/table.ts';
import { type JsonText, withMember } from '../../json-text.ts';
import { type ItemRecord, summaryOf } from '../../model/item/item-record.ts';
import { loadData } from '../../model/item/stored-data.ts';
import { itemNotFound } from './preconditions.ts';

/** The item with its data as it was registered (P5), as JSON text. Throws a 404 problem when there is none. */
export async function read(
  { items }: { items: ItemsTable },
  { workflow, item }: { workflow: string; item: string },
): Promise<{ attempt: number; json: JsonText }> {
  const record = await items.read(workflow, item);
  if (record === undefined) throw itemNotFound(workflow, item);
  return { attempt: record.attempt, json: itemJson(record) };
}

/** All there is to an item, as JSON text. */
export function itemJson(record: ItemRecord): JsonText {
  const summary = summaryOf(record);
  return record.data === undefined
    ? (JSON.stringify(summary) as JsonText)
    : withMember(summary, 'data', loadData(record.data));
}
