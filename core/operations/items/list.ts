import { itemsById } from '../../aws/items/by-id.ts';
import { itemsInOrder, type Placed, type PlaceRange } from '../../aws/items/in-order.ts';
import { ItemsIndex } from '../../aws/items/index.ts';
import type { ItemsTable } from '../../aws/items/table.ts';
import { itemStates } from '../../contract/item.ts';
import type { ListQuery, ListReply } from '../../contract/item-list.ts';
import { limits } from '../../contract/limits.ts';
import { errorFields, type Log } from '../../log.ts';
import { filterOfQuery, isInState, matchesFilter, timesBetween } from '../../model/item/item-filter.ts';
import { type IndexRecord, shards, summaryOf } from '../../model/item/item-record.ts';
import { invalidCursor, readCursor, writeCursor } from '../../model/list-cursor.ts';

/** Records looked at for one page. A filter that seldom matches ends its page here, with a cursor to go on. */
const mostLookedAt = 2_000;

export interface ListService {
  items: ItemsTable;
  log: Log;
}

export interface ListInput {
  workflow: string;
  query: ListQuery;
}

/** A page, and where each of its records stands in the list. */
export interface Page {
  records: Placed[];
  /** Where the next page goes on, if there may be more. */
  next: string | undefined;
  /** Names the list to its cursors. */
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

/** Whether an item, as it is now, is one that is asked for. */
export function isAsked(record: IndexRecord, query: ListQuery): boolean {
  return matchesFilter(record, filterOfQuery(query));
}

/** Throws a 400 problem for a cursor of another list, and for a range in which nothing could be. */
export async function pageOf(service: ListService, input: ListInput): Promise<Page> {
  const { workflow, query } = input;
  const { cursor, limit, format, ...filter } = query;
  const list = [workflow, filter, isByRegistration(query)];
  const after = readCursor(cursor, list, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#[\w-]{22}$/);
  const range = { ...rangeOf(query), order: query.order ?? 'asc', after };
  if (after !== undefined && (after < range.from || after > range.to)) throw invalidCursor();
  const size = limit === undefined ? limits.defaultPageItems : Number(limit);
  const records: Placed[] = [];
  let last: string | undefined;
  let looked = 0;
  for await (const placed of placedItems(service, input, range, size)) {
    if (last !== undefined && (records.length === size || looked === mostLookedAt)) {
      return { records, next: last, list };
    }
    if (isAsked(placed.record, query)) records.push(placed);
    last = placed.position;
    looked++;
  }
  return { records, next: undefined, list };
}

/** By registration no change moves an item, so that is how everything is exported. */
function isByRegistration({ sort, format }: ListQuery): boolean {
  return (sort ?? (format === 'jsonl' ? 'registration' : 'deadline')) === 'registration';
}

/** Passes over rows that cannot be read, and says so in the log: one must not hide the others (P8). */
async function* placedItems(
  { items, log }: ListService,
  { workflow, query }: ListInput,
  range: PlaceRange,
  size: number,
): AsyncGenerator<Placed> {
  const index = new ItemsIndex(items, isByRegistration(query) ? 'by-registered' : 'by-due');
  const states = itemStates.filter((state) => isInState(state, filterOfQuery(query)));
  const rows =
    query.id === undefined
      ? itemsInOrder(index, { workflow, states }, range, Math.ceil((2 * size) / shards) + 1)
      : itemsById(items, { workflow, ids: query.id }, range, isByRegistration(query) ? 'registered' : 'due');
  for await (const row of rows) {
    if (row instanceof Error) log.error('record cannot be read', { workflow, ...errorFields(row) });
    else yield row;
  }
}

/**
 * The part of the order that is asked for: dueAfter ≤ deadline < dueBefore, or the same for the registration. A
 * position is a time and more, so it comes after the bare time. Throws a 400 problem when nothing could be between.
 */
function rangeOf(query: ListQuery): { from: string; to: string } {
  const filter = filterOfQuery(query);
  const due = timesBetween(filter, 'dueAfter', 'dueBefore');
  const registered = timesBetween(filter, 'registeredAfter', 'registeredBefore');
  return isByRegistration(query) ? registered : due;
}
