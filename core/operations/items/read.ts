import type { Stored } from '../../aws/items/stored.ts';
import type { Item } from '../../contract/item.ts';
import { type JsonText, jsonText, withMember } from '../../json-text.ts';
import { isOpen, summaryOf } from '../../model/item/item-record.ts';
import { loadData } from '../../model/item/stored-data.ts';
import type { Ports } from '../../ports.ts';
import { itemNotFound } from './preconditions.ts';

/** The item with its data as registered (P5), or its receipt, as JSON text. Throws a 404 problem if there is neither. */
export async function read(
  { items }: Pick<Ports, 'items'>,
  { workflow, item }: { workflow: string; item: string },
): Promise<{ attempt: number; json: JsonText<Item> }> {
  const stored = await items.read(workflow, item);
  if (stored === undefined) throw itemNotFound(workflow, item);
  return { attempt: stored.attempt, json: itemJson(stored) };
}

/** A whole item as JSON text. */
export function itemJson(stored: Stored): JsonText<Item> {
  const summary = summaryOf(stored);
  return isOpen(stored) && stored.data !== undefined
    ? withMember(summary, 'data', loadData(stored.data))
    : jsonText(summary);
}
