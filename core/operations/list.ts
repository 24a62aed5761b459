import pLimit from 'p-limit';
import { $ZodError } from 'zod/v4/core';
import { ItemsIndex } from '../aws/items-index.ts';
import type { ItemsTable } from '../aws/items-table.ts';
import type { ItemState } from '../contract/item.ts';
import type { ListQuery, ListReply } from '../contract/item-list.ts';
import { limits } from '../contract/limits.ts';
import { instant } from '../contract/time.ts';
import type { JsonText } from '../json-text.ts';
import { errorFields, type Log } from '../log.ts';
import { ProblemError } from '../problem-error.ts';
import {
  type IndexRecord,
  type ItemRecord,
  queueOf,
  registeredKey,
  shards,
  summaryOf,
} from '../records/item-record.ts';
import { matchesFilter } from '../rules/item-filter.ts';
import { invalidCursor, readCursor, writeCursor } from '../rules/list-cursor.ts';
import { merged } from '../rules/merged.ts';
import { itemJson } from './read.ts';

/** Records looked at for one page. A filter that seldom matches ends its page here, with a cursor to go on. */
const mostLookedAt = 2_000;
/** Items that are read with their data at once. */
const parallel = 16;

const allStates: readonly ItemState[] = ['waiting', 'overdue', 'failed'];

interface ListService {
  items: ItemsTable;
  log: Log;
}

interface ListInput {
  workflow: string;
  query: ListQuery;
}

/** A page, and where each of its records stands in the list. */
interface Page {
  records: { record: IndexRecord; position: string }[];
  /** Where the next page goes on, if there may be more. */
  next: string | undefined;
  list: unknown;
}

/**
 * Items of a workflow in order of deadline or of registration, without their data. The cursor is a place in that
 * order, so items that come and go between pages move no other.
 */
export async function list(service: ListService, input: ListInput): Promise<ListReply> {
  const { records, next, list: ofList } = await pageOf(service, input);
  return {
    items: records.map(({ record }) => summaryOf(record)),
    ...(next !== undefined && { cursor: writeCursor(next, ofList) }),
  };
}

/**
 * The same with all there is of each item, one JSON text a line. A page has 4 MB at most: it ends early for large
 * data. Items that have gone since they were listed are left out.
 */
export async function exportItems(
  service: ListService,
  input: ListInput,
): Promise<{ lines: JsonText[]; cursor?: string }> {
  const { records, next, list: ofList } = await pageOf(service, input);
  const lines: JsonText[] = [];
  let bytes = 0;
  for (let start = 0; start < records.length; start += parallel) {
    const part = records.slice(start, start + parallel);
    const texts = await pLimit(parallel).map(part, ({ record }) => lineOf(service, record, input.query));
    for (const [index, line] of texts.entries()) {
      if (line === undefined) continue;
      // As it is in Lambda's reply, where the page is a JSON string: quotes take twice the room there.
      const size = Buffer.byteLength(JSON.stringify(line));
      const before = records[start + index - 1]?.position;
      if (bytes + size > limits.exportBytes && before !== undefined) {
        return { lines, cursor: writeCursor(before, ofList) };
      }
      lines.push(line);
      bytes += size;
    }
  }
  return { lines, ...(next !== undefined && { cursor: writeCursor(next, ofList) }) };
}

/** The whole item, if it is there and as is asked for. One that cannot be read must not hide the others (P8). */
async function lineOf(
  { items, log }: ListService,
  { workflow, item }: IndexRecord,
  query: ListQuery,
): Promise<JsonText | undefined> {
  const unreadable = (error: unknown) => {
    log.error('record cannot be read', { workflow, item, ...errorFields(error) });
    return undefined;
  };
  const record = await items.read(workflow, item).catch((error: unknown) => {
    if (error instanceof $ZodError) return unreadable(error);
    throw error;
  });
  if (record === undefined || !isAsked(record, query)) return undefined;
  try {
    return itemJson(record);
  } catch (error) {
    return unreadable(error);
  }
}

function isAsked(record: IndexRecord, query: ListQuery): boolean {
  return (
    (query.state === undefined || record.state === query.state) && matchesFilter(record, filterOf(query))
  );
}

function filterOf({ attempt, id, ...query }: ListQuery) {
  return { ...query, attempt: attempt === undefined ? undefined : Number(attempt), ids: id };
}

async function pageOf(service: ListService, input: ListInput): Promise<Page> {
  const { workflow, query } = input;
  const { cursor, limit, format, ...filter } = query;
  const ofList = [workflow, filter];
  const after = readCursor(cursor, ofList, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#[\w-]{22}$/);
  const order = query.order ?? 'asc';
  const range = { ...rangeOf(query), order };
  if (after !== undefined) {
    if (after < range.from || after > range.to) throw invalidCursor();
    range[order === 'asc' ? 'from' : 'to'] = after;
  }
  const size = limit === undefined ? limits.defaultPageItems : Number(limit);
  const records: Page['records'] = [];
  let last = after;
  let looked = 0;
  for await (const record of recordsOf(service, input, range, size)) {
    const position = positionOf(query)(record);
    // Equal to the last one: the item changed its state meanwhile and is in two queues.
    if (position === last) continue;
    if (records.length === size || looked === mostLookedAt) {
      return { records, next: last ?? position, list: ofList };
    }
    if (isAsked(record, query)) records.push({ record, position });
    last = position;
    looked++;
  }
  return { records, next: undefined, list: ofList };
}

function positionOf({ sort }: ListQuery): (record: IndexRecord) => string {
  return sort === 'registration' ? registeredKey : ({ due }) => due;
}

async function* recordsOf(
  { items, log }: ListService,
  { workflow, query }: ListInput,
  range: { from: string; to: string; order: 'asc' | 'desc' },
  size: number,
): AsyncGenerator<IndexRecord> {
  const key = positionOf(query);
  if (query.id !== undefined) {
    yield* named(items, workflow, query.id, range, key, log);
    return;
  }
  const index = new ItemsIndex(items, query.sort === 'registration' ? 'by-registered' : 'by-due');
  const states = query.state === undefined ? allStates : [query.state];
  const queues = states.flatMap((state) =>
    Array.from({ length: shards }, (_, shard) => queueOf(workflow, state, shard)),
  );
  const perRead = Math.ceil((2 * size) / queues.length) + 1;
  const sources = queues.map((queue) => readable(index.records(queue, range, perRead), queue, log));
  yield* merged(sources, key, range.order);
}

/** Items by their ids, in the order of the list. */
async function* named(
  items: ItemsTable,
  workflow: string,
  ids: readonly string[],
  { from, to, order }: { from: string; to: string; order: 'asc' | 'desc' },
  key: (record: IndexRecord) => string,
  log: Log,
): AsyncGenerator<IndexRecord> {
  const found = await items.readMany([...new Set(ids)].map((item) => ({ workflow, item })));
  const records: ItemRecord[] = [];
  for (const [pk, record] of found) {
    // Of an item that DynamoDB was too busy for nothing is known: to leave it out would say that it is gone.
    if (record instanceof Error && !(record instanceof $ZodError)) throw record;
    if (record instanceof Error) log.error('record cannot be read', { pk, ...errorFields(record) });
    else if (key(record) >= from && key(record) <= to) records.push(record);
  }
  const sign = order === 'asc' ? 1 : -1;
  yield* records.sort((a, b) => (key(a) < key(b) ? -sign : sign));
}

/**
 * The part of the order that is asked for: dueAfter ≤ deadline < dueBefore, or the same for the registration. A
 * position is a time and more, so it comes after the bare time. Throws a 400 problem when nothing could be between.
 */
function rangeOf(query: ListQuery): { from: string; to: string } {
  const due = between(query, 'dueAfter', 'dueBefore');
  const registered = between(query, 'registeredAfter', 'registeredBefore');
  return query.sort === 'registration' ? registered : due;
}

function between(
  query: ListQuery,
  after: 'dueAfter' | 'registeredAfter',
  before: 'dueBefore' | 'registeredBefore',
): { from: string; to: string } {
  const from = query[after] === undefined ? '0' : instant(Date.parse(query[after]));
  const to = query[before] === undefined ? '~' : instant(Date.parse(query[before]));
  if (from < to) return { from, to };
  throw new ProblemError('invalid-request', `${after} (${from}) must be before ${before} (${to})`, {
    errors: [{ path: after, message: `must be before ${before}; received ${from} and ${to}` }],
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
