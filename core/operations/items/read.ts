import type { ItemsTable, Stored } from '../../aws/items/table.ts';
import { type JsonText, withMember } from '../../json-text.ts';
import { isOpen, summaryOf } from '../../model/item/item-record.ts';
import { loadData } from '../../model/item/stored-data.ts';
import { itemNotFound } from './preconditions.ts';

/**
 * The item with its data as it was registered (P5), or what its receipt says of its end, as JSON text. Throws a 404 problem
 * when there is neither.
 */
export async function read(
  { items }: { items: ItemsTable },
  { workflow, item }: { workflow: string; item: string },
): Promise<{ attempt: number; json: JsonText }> {
  const stored = await items.read(workflow, item);
  if (stored === undefined) throw itemNotFound(workflow, item);
  return { attempt: stored.attempt, json: itemJson(stored) };
}

/** All there is to an item, as JSON text. */
export function itemJson(stored: Stored): JsonText {
  const summary = summaryOf(stored);
  return isOpen(stored) && stored.data !== undefined
    ? withMember(summary, 'data', loadData(stored.data))
    : (JSON.stringify(summary) as JsonText);
}
