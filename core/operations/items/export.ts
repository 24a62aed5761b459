import { LeftOut } from '../../aws/batch-read.ts';
import type { ItemLine, ListQuery } from '../../contract/item-list.ts';
import { limits } from '../../contract/limits.ts';
import { type JsonText, jsonText } from '../../json-text.ts';
import { errorFields } from '../../log.ts';
import { type IndexRecord, primaryKey } from '../../model/item/item-record.ts';
import { writeCursor } from '../../model/list-cursor.ts';
import { isAsked, type ListInput, type ListService, pageOf } from './list.ts';
import { itemJson } from './read.ts';

/** Items that are read with their data at once: 5 MB at most. */
const perRead = 25;

/**
 * A page of the list with all there is of each item, one JSON text a line. It has 4 MB at most: it ends early for large
 * data. Items that have gone since they were listed are left out; one that cannot be read has a line that says so.
 */
export async function exportItems(
  service: ListService,
  input: ListInput,
): Promise<{ lines: JsonText<ItemLine>[]; cursor?: string }> {
  const { records, next, list } = await pageOf(service, input);
  const lines: JsonText<ItemLine>[] = [];
  let bytes = 0;
  for (let start = 0; start < records.length; start += perRead) {
    const part = records.slice(start, start + perRead);
    const texts = await linesOf(
      service,
      part.map(({ record }) => record),
      input.query,
    );
    for (const [index, line] of texts.entries()) {
      if (line === undefined) continue;
      // As it is in Lambda's reply, where the page is a JSON string: quotes take twice the room there.
      const size = Buffer.byteLength(JSON.stringify(line));
      const before = records[start + index - 1]?.position;
      if (bytes + size > limits.exportBytes && before !== undefined) {
        return { lines, cursor: writeCursor(before, list) };
      }
      lines.push(line);
      bytes += size;
    }
  }
  return { lines, ...(next !== undefined && { cursor: writeCursor(next, list) }) };
}

/** Of data that is written on several lines only the spaces between its values change: no JSON string holds line ends. */
function onOneLine<Value>(text: JsonText<Value>): JsonText<Value> {
  return text.replace(/[\r\n]+/g, ' ') as JsonText<Value>;
}

/** The whole items that are there and as is asked for. One that cannot be read must not hide the others (P8). */
async function linesOf(
  { items, log }: ListService,
  rows: readonly IndexRecord[],
  query: ListQuery,
): Promise<(JsonText<ItemLine> | undefined)[]> {
  const found = await items.readMany(rows, { data: true });
  return rows.map(({ workflow, item }) => {
    const record = found.get(primaryKey(workflow, item));
    // Nothing is known of it: to leave it out would say that it is gone.
    if (record instanceof LeftOut) throw record;
    try {
      if (record instanceof Error) throw record;
      if (record === undefined || !isAsked(record, query)) return undefined;
      return onOneLine(itemJson(record));
    } catch (error) {
      log.error('record cannot be read', { workflow, item, ...errorFields(error) });
      return jsonText({ workflow, item, error: 'the item cannot be read' });
    }
  });
}
