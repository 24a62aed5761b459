import type { Placed, UnreadableItem } from '../../aws/items/in-order.ts';
import type { ItemLine } from '../../contract/item-list.ts';
import { limits } from '../../contract/limits.ts';
import { type JsonText, jsonText } from '../../json-text.ts';
import { errorFields, type Log } from '../../log.ts';
import type { Ports } from '../../ports.ts';
import { type ListInput, pageOf } from './list.ts';
import { itemJson } from './read.ts';

/**
 * A page of the list with whole items, one JSON text a line, at most 4 MB: large data ends the page early. For an
 * item that cannot be read the line has an error.
 */
export async function exportItems(
  service: Pick<Ports, 'items' | 'registry' | 'clock' | 'log'>,
  input: ListInput,
): Promise<{ lines: JsonText<ItemLine>[]; cursor?: string }> {
  const lines: JsonText<ItemLine>[] = [];
  let bytes = 0;
  const fits = (seen: Placed | UnreadableItem) => {
    const line = lineOf(service.log, input.workflow, seen);
    // The size in Lambda's reply, where the page is a JSON string and each quote takes two bytes.
    const size = Buffer.byteLength(JSON.stringify(line));
    if (lines.length > 0 && bytes + size > limits.exportBytes) return false;
    lines.push(line);
    bytes += size;
    return true;
  };
  const { cursor } = await pageOf(service, input, { data: true, fits });
  return { lines, ...(cursor !== undefined && { cursor }) };
}

/** Only the white space between values changes: a JSON string cannot contain line ends. */
function onOneLine<Value>(text: JsonText<Value>): JsonText<Value> {
  return text.replace(/[\r\n]+/g, ' ') as JsonText<Value>;
}

function lineOf(log: Log, workflow: string, seen: Placed | UnreadableItem): JsonText<ItemLine> {
  if ('error' in seen) return unreadableLine(workflow, seen.item);
  const { item } = seen.record;
  try {
    return onOneLine(itemJson(seen.record));
  } catch (error) {
    log.error('record cannot be read', { workflow, item, ...errorFields(error) });
    return unreadableLine(workflow, item);
  }
}

function unreadableLine(workflow: string, item: string): JsonText<ItemLine> {
  return jsonText({ workflow, item, error: 'the item cannot be read' });
}
