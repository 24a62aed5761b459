import type { ItemRecord } from '../../model/item/item-record.ts';
import { isOpen, itemName } from '../../model/item/item-record.ts';
import { type BreachedQueue, breachedQueues, queueNameOf } from '../../model/item/queue-names.ts';
import type { Receipt } from '../../model/item/receipt.ts';
import { LeftOut } from '../batch-read.ts';
import type { Range, Row } from './by-time-query.ts';
import { placeOf } from './keys.ts';
import type { Queues } from './queues.ts';
import type { ItemsTable } from './table.ts';

/** An item or receipt with its position in the order; without data unless requested. */
export interface Placed<Record = ItemRecord | Receipt> {
  record: Record;
  position: string;
}

/** An item whose record cannot be read: it must not hide the others (P8). */
export interface UnreadableItem {
  item: string;
  position: string;
  error: Error;
}

export interface PlaceRange extends Range {
  /** Continue after this position. */
  after: string | undefined;
}

/** Items of one call of BatchGetItem. */
const perRead = 100;
/** The same with their data: 5 MB at most. */
const perReadWithData = 25;

/**
 * Open items of a workflow in the order of the index, each as the table has it: waiting items by their next check, or
 * breached items by registration. An item that has moved in the index or was completed since its row was written is
 * skipped.
 *
 * Each round reads one page of every partition and yields rows only up to the earliest page end: a later page may hold
 * rows that sort before the rest. An item that moves to another queue meanwhile is still found: items that were not
 * started are read first, then overdue items, then failed items.
 *
 * @param pageSize rows of a partition in one round, at least 2
 * @param data whether to read the data of the items
 */
export async function* itemsInOrder(
  items: ItemsTable,
  queues: Queues,
  names: 'waiting' | readonly BreachedQueue[],
  range: PlaceRange,
  pageSize: number,
  data = false,
): AsyncGenerator<Placed<ItemRecord> | UnreadableItem> {
  const wanted = names === 'waiting' ? [names] : breachedQueues.filter((queue) => names.includes(queue));
  const isBefore = (a: string, b: string) => (range.order === 'asc' ? a < b : a > b);
  let last = range.after;
  for (let more = true; more; ) {
    const rest = last === undefined ? range : { ...range, [range.order === 'asc' ? 'from' : 'to']: last };
    const rows = new Map<string, Row>();
    let complete: string | undefined;
    for (const queue of wanted) {
      const pages = await Promise.all(
        Array.from({ length: queues.shards }, (_, shard) =>
          items.byTime.page({ workflow: queues.workflow, queue, shard }, rest, pageSize),
        ),
      );
      for (const page of pages) {
        for (const row of page.rows) rows.set(row.position, row);
        const end = page.more ? page.rows.at(-1)?.position : undefined;
        if (end !== undefined && (complete === undefined || isBefore(end, complete))) complete = end;
      }
    }
    const inOrder = [...rows.values()]
      .filter(
        ({ position }) => position !== last && !(complete !== undefined && isBefore(complete, position)),
      )
      .sort((a, b) => (isBefore(a.position, b.position) ? -1 : 1));
    const size = data ? perReadWithData : perRead;
    for (let start = 0; start < inOrder.length; start += size) {
      const part = inOrder.slice(start, start + size);
      const found = await items.readMany(part, { data });
      for (const row of part) {
        const record = found.get(itemName(row));
        // Whether the item exists is unknown: to skip it would say that it is gone.
        if (record instanceof LeftOut) throw record;
        if (record instanceof Error) yield { item: row.item, position: row.position, error: record };
        else if (record && isOpen(record) && isStillThere(record, row, wanted)) {
          yield { record, position: row.position };
        }
        last = row.position;
      }
    }
    more = complete !== undefined;
  }
}

/**
 * Whether the item is still at the position of its row. If not, it is found at its new position, or no longer
 * matches.
 */
function isStillThere(record: ItemRecord, row: Row, wanted: readonly string[]): boolean {
  const queue = queueNameOf(record);
  // A breached item that is not reported yet still has the position of a waiting item, and is in no list.
  const isListed = wanted.includes(queue) && (queue !== 'waiting' || record.state === 'waiting');
  return isListed && placeOf(record).time === row.position;
}
