import { itemsById } from '../../aws/items/by-id.ts';
import { itemsInOrder, type Placed, type UnreadableItem } from '../../aws/items/in-order.ts';
import { readQueues } from '../../aws/items/queues.ts';
import type { Stored } from '../../aws/items/stored.ts';
import { isWalkPosition, walkTable } from '../../aws/items/walk.ts';
import type { ListQuery, ListReply } from '../../contract/item-list.ts';
import { limits } from '../../contract/limits.ts';
import { errorFields } from '../../log.ts';
import { filterOfQuery, type ItemFilter, matchesFilter, timesBetween } from '../../model/item/item-filter.ts';
import { summaryOf } from '../../model/item/item-record.ts';
import { type ListOrder, listOrder } from '../../model/item/list-order.ts';
import { queuesOfStates } from '../../model/item/queue-names.ts';
import { invalidCursor, readCursor, writeCursor } from '../../model/list-cursor.ts';
import { requireKnown } from '../../model/workflow/known-workflow.ts';
import type { Ports } from '../../ports.ts';

/** Records read for one page. If a filter seldom matches, the page ends here, with a cursor to continue from. */
const mostLookedAt = 2_000;
/** Milliseconds after which a page ends, however few items it has. */
const pageMs = 5_000;
/** How long after its deadline a timer can fire: timers are in whole seconds, and held back after an outage. */
const timerSlackMs = 600_000;

type Service = Pick<Ports, 'items' | 'registry' | 'clock' | 'log'>;

export interface ListInput {
  workflow: string;
  query: ListQuery;
}

/** A page with the position of each record in the list. */
export interface Page {
  found: (Placed | UnreadableItem)[];
  /** Continues after the page; undefined if there is nothing more. */
  cursor: string | undefined;
}

/**
 * Items of a workflow without their data. A cursor is a position in the order, so items added or removed between pages
 * shift no others. Throws a 404 problem for an unknown workflow, and a 400 problem for a cursor of another list, for an
 * order that the states do not have, and for an empty range of times.
 */
export async function list(service: Service, input: ListInput): Promise<ListReply> {
  const { found, cursor } = await pageOf(service, input);
  const items = found.flatMap((seen) => ('record' in seen ? [summaryOf(seen.record)] : []));
  return { items, ...(cursor !== undefined && { cursor }) };
}

/**
 * @param data whether to read the data of the items
 * @param fits whether there is room on the page for a matching item
 */
export async function pageOf(
  service: Service,
  { workflow, query }: ListInput,
  {
    data = false,
    fits = () => true,
  }: { data?: boolean; fits?: (seen: Placed | UnreadableItem) => boolean } = {},
): Promise<Page> {
  const { clock, log } = service;
  const until = clock.now() + pageMs;
  const { cursor, limit, format: _, ...filter } = query;
  const order = listOrder(query);
  const asked = filterOfQuery(query);
  const range = rangeOf(query, order.sort);
  const list = [workflow, filter, order.sort];
  const after = cursorOf(query, order, list);
  const size = limit === undefined ? limits.defaultPageItems : Number(limit);
  const found: Page['found'] = [];
  let last: string | undefined;
  let looked = 0;
  const end = () => ({ found, cursor: last === undefined ? undefined : writeCursor(last, list) });
  for await (const seen of walk(service, { workflow, query, order, range, after, size, data })) {
    if ('item' in seen)
      log.error('record cannot be read', { workflow, item: seen.item, ...errorFields(seen.error) });
    if ('record' in seen || 'item' in seen) {
      if (found.length === size) return end();
      if ('item' in seen || isAsked(seen.record, asked, order)) {
        if (!fits(seen)) return end();
        found.push(seen);
      }
      looked++;
    }
    last = seen.position;
    if (looked >= mostLookedAt || clock.now() >= until) return end();
  }
  // Only an empty list can be of a mistyped workflow, so no other list pays for the question.
  if (found.length === 0 && after === undefined)
    requireKnown(await service.registry.findOrUnreadable(workflow), workflow);
  return { found, cursor: undefined };
}

function isAsked(record: Stored, filter: ItemFilter, { states }: ListOrder): boolean {
  return states.some((state) => state === record.state) && matchesFilter(record, filter);
}

/** The position to continue after. Throws a 400 problem for a cursor that does not come from this list. */
function cursorOf(query: ListQuery, { sort }: ListOrder, list: unknown): string | undefined {
  const timed = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z#[\w-]{22}$/;
  const after = readCursor(query.cursor, list, sort === 'id' ? /^.+$/s : timed);
  if (after === undefined || sort !== 'id' || query.id?.includes(after)) return after;
  if (query.id !== undefined || !isWalkPosition(after, query.prefix)) throw invalidCursor();
  return after;
}

interface Walked extends ListInput {
  order: ListOrder;
  range: { from: string; to: string };
  after: string | undefined;
  size: number;
  data: boolean;
}

/** The records in order. A position without a record means that nothing up to that position matches. */
async function* walk(
  { items, registry, clock }: Service,
  { workflow, query, order: listed, range, after, size, data }: Walked,
): AsyncGenerator<Placed | UnreadableItem | { position: string }> {
  const { order = 'asc', prefix } = query;
  if (query.id !== undefined) {
    const ids = [...new Set(query.id)].sort();
    const inOrder = order === 'asc' ? ids : ids.reverse();
    const rest = after === undefined ? inOrder : inOrder.slice(inOrder.indexOf(after) + 1);
    yield* itemsById(items, { workflow, ids: rest }, data);
  } else if (listed.sort === 'id') {
    const { states } = listed;
    const table = { workflow, states, prefix, order, after, data, now: clock.now() };
    for await (const { found, position } of walkTable(items, table, size + 1)) {
      yield* found;
      if (position !== undefined) yield { position };
    }
  } else {
    if (after !== undefined && (after < range.from || after > range.to)) throw invalidCursor();
    const queues = await readQueues(registry, workflow);
    const pageSize = Math.ceil((2 * size) / queues.shards) + 1;
    const names = listed.sort === 'deadline' ? 'waiting' : queuesOfStates(listed.states);
    yield* itemsInOrder(items, queues, names, { ...range, order, after }, pageSize, data);
  }
}

/**
 * The range of an order by time in which all matching items must be. A position begins with a time, so it sorts after
 * that time alone. Throws a 400 problem if the range is empty.
 */
function rangeOf(query: ListQuery, sort: ListOrder['sort']): { from: string; to: string } {
  const filter = filterOfQuery(query);
  const due = timesBetween(filter, 'dueAfter', 'dueBefore');
  const registered = timesBetween(filter, 'registeredAfter', 'registeredBefore');
  if (sort === 'registration') return registered;
  // The next check may be long before the deadline, but not long after it.
  const latest = new Date(Date.parse(due.to) + timerSlackMs);
  // `~` sorts after every time. A year of five digits would sort before all others.
  return { from: '0', to: latest.getUTCFullYear() <= 9_999 ? latest.toISOString() : '~' };
}
