import { ItemsIndex } from '../aws/items-index.ts';
import type { ItemsTable } from '../aws/items-table.ts';
import type { ItemState } from '../contract/item.ts';
import type { ListQuery, ListReply } from '../contract/item-list.ts';
import { limits } from '../contract/limits.ts';
import { instant } from '../contract/time.ts';
import { errorFields, type Log } from '../log.ts';
import { ProblemError } from '../problem-error.ts';
import { type IndexRecord, queueOf, shards, summaryOf } from '../records/item-record.ts';
import { matchesFilter } from '../rules/item-filter.ts';
import { invalidCursor, readCursor, writeCursor } from '../rules/list-cursor.ts';

/** Records looked at for one page. A filter that seldom matches ends its page here, with a cursor to go on. */
const mostLookedAt = 2_000;

const allStates: readonly ItemState[] = ['waiting', 'overdue', 'failed'];

/**
 * Items of a workflow in order of deadline, merged from the index's queues: one for each state and shard. The cursor
 * is a place in that order, so items that come and go between pages move no other.
 */
export async function list(
  { items, log }: { items: ItemsTable; log: Log },
  { workflow, query }: { workflow: string; query: ListQuery },
): Promise<ListReply> {
  const { cursor, limit, ...filter } = query;
  const order = query.order ?? 'asc';
  const after = readCursor(cursor, [workflow, filter], /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#[\w-]{22}$/);
  const range = { ...rangeOf(query), order };
  if (after !== undefined) {
    if (after < range.from || after > range.to) throw invalidCursor();
    range[order === 'asc' ? 'from' : 'to'] = after;
  }

  const index = new ItemsIndex(items);
  const size = limit === undefined ? limits.defaultPageItems : Number(limit);
  const states = query.state === undefined ? allStates : [query.state];
  const queues = states.flatMap((state) =>
    Array.from({ length: shards }, (_, shard) => queueOf(workflow, state, shard)),
  );
  const perRead = Math.ceil((2 * size) / queues.length) + 1;

  const page: IndexRecord[] = [];
  let last: IndexRecord | undefined;
  let looked = 0;
  for await (const record of merged(
    queues.map((queue) => readable(index.records(queue, range, perRead), queue, log)),
    order,
  )) {
    // Equal to the last one: the item changed its state meanwhile and is in two queues.
    if (record.due === (last?.due ?? after)) continue;
    if (page.length === size || looked === mostLookedAt) {
      return { items: page.map(summaryOf), cursor: writeCursor(last?.due ?? record.due, [workflow, filter]) };
    }
    if (matchesFilter(record, filter)) page.push(record);
    last = record;
    looked++;
  }
  return { items: page.map(summaryOf) };
}

/**
 * dueAfter ≤ deadline < dueBefore. `due` is a deadline and more, so it comes after the bare deadline.
 * Throws a 400 problem when nothing could be between them.
 */
function rangeOf({ dueAfter, dueBefore }: ListQuery): { from: string; to: string } {
  const from = dueAfter === undefined ? '0' : instant(Date.parse(dueAfter));
  const to = dueBefore === undefined ? '~' : instant(Date.parse(dueBefore));
  if (from < to) return { from, to };
  throw new ProblemError('invalid-request', `dueAfter (${from}) must be before dueBefore (${to})`, {
    errors: [{ path: 'dueAfter', message: `must be before dueBefore; received ${from} and ${to}` }],
  });
}

/** Passes over rows that cannot be read, and says so in the log: one must not hide the others (P8). */
async function* readable(
  records: AsyncGenerator<IndexRecord | Error>,
  queue: string,
  log: Log,
): AsyncGenerator<IndexRecord> {
  for await (const record of records) {
    if (record instanceof Error) log.error('record cannot be read', { queue, ...errorFields(record) });
    else yield record;
  }
}

/** Merges ordered sources into one order, reading each only as far as it is needed. */
async function* merged(
  sources: readonly AsyncGenerator<IndexRecord>[],
  order: 'asc' | 'desc',
): AsyncGenerator<IndexRecord> {
  const heads = await Promise.all(
    sources.map(async (source) => ({ source, record: (await source.next()).value })),
  );
  for (;;) {
    let first: (typeof heads)[number] | undefined;
    for (const head of heads) {
      if (!head.record) continue;
      if (
        !first?.record ||
        (order === 'asc' ? head.record.due < first.record.due : head.record.due > first.record.due)
      ) {
        first = head;
      }
    }
    if (!first?.record) return;
    yield first.record;
    first.record = (await first.source.next()).value;
  }
}
