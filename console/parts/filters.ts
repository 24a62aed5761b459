import type { BodyOf, QueryOf } from '../../core/contract/calls.ts';
import type { ItemState } from '../../core/contract/item.ts';

/** In the contract they are beside schemas, which would be half of the page's size. */
export const itemStates = [
  'waiting',
  'overdue',
  'failed',
  'completed',
] as const satisfies readonly ItemState[];

/** The filters of a list of items. */
export type Filters = Omit<QueryOf<'list'>, 'limit' | 'cursor' | 'format'>;
/** The same as a redrive and a discard have them. */
export type BreachedFilters = Pick<
  BodyOf<'start-redrive'>,
  'states' | 'tags' | 'ids' | 'started' | (typeof texts)[number] | 'attempt'
>;

const texts = [
  'prefix',
  'step',
  'reason',
  'type',
  'registeredAfter',
  'registeredBefore',
  'dueAfter',
  'dueBefore',
] as const;

const isState = (text: string): text is ItemState => itemStates.some((state) => state === text);

/** The filters in the query of a place. What it does not know is left out. */
export function filtersOf(query: URLSearchParams): Filters {
  const filters: Filters = {};
  for (const name of texts) {
    const text = query.get(name);
    if (text) filters[name] = text;
  }
  const states = query.getAll('state').filter(isState);
  if (states.length > 0) filters.state = states;
  if (query.has('tag')) filters.tag = query.getAll('tag');
  if (query.has('id')) filters.id = query.getAll('id');
  const [started, attempt] = [query.get('started'), query.get('attempt')];
  if (started === 'true' || started === 'false') filters.started = started === 'true';
  if (attempt !== null && /^\d+$/.test(attempt)) filters.attempt = Number(attempt);
  return filters;
}

/** The query of a place that has these filters. */
export function queryOf(filters: Filters): Record<string, string | string[] | undefined> {
  const known = Object.entries(filters).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    known.map(([name, value]) => [name, Array.isArray(value) ? value.map(String) : String(value)]),
  );
}

/** The filters of a redrive; undefined if they choose items that are not lost. */
export function breachedFilters({
  state,
  tag,
  id,
  sort: _,
  order: __,
  ...rest
}: Filters): BreachedFilters | undefined {
  const states = state?.filter((one) => one === 'overdue' || one === 'failed');
  if (states?.length !== state?.length) return undefined;
  return { ...rest, ...(states && { states }), ...(tag && { tags: tag }), ...(id && { ids: id }) };
}

/** The filters of the lost items among those that a list shows; undefined if it shows none. */
export function lostFilters(filters: Filters): Filters | undefined {
  const state = (filters.state ?? ['overdue', 'failed']).filter(
    (one) => one === 'overdue' || one === 'failed',
  );
  return state.length === 0 ? undefined : { ...filters, state };
}
