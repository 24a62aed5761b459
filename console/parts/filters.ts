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
/** The same filters, for a redrive or a discard. */
export type BreachedFilters = Pick<
  BodyOf<'start-redrive'>,
  'states' | 'tags' | 'ids' | 'started' | 'stuck' | 'attempt' | (typeof texts)[number]
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

const booleans = ['started', 'stuck'] as const;
/** In the contract they are beside schemas, too. */
const sorts = ['id', 'deadline', 'registration'] as const satisfies readonly Filters['sort'][];
const orders = ['asc', 'desc'] as const satisfies readonly Filters['order'][];

const isState = (text: string): text is ItemState => itemStates.some((state) => state === text);

/** The filters in the query of a place. Unknown filters are left out: `leftOut` names them. */
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
  for (const name of booleans) {
    const text = query.get(name);
    if (text === 'true' || text === 'false') filters[name] = text === 'true';
  }
  const sort = sorts.find((one) => one === query.get('sort'));
  if (sort !== undefined) filters.sort = sort;
  const order = orders.find((one) => one === query.get('order'));
  if (order !== undefined) filters.order = order;
  const attempt = query.get('attempt');
  if (attempt !== null && /^\d+$/.test(attempt)) filters.attempt = Number(attempt);
  return filters;
}

/** Parameters that define a page of the list and select no items. */
const pageNames = ['cursor', 'limit', 'format'];

/**
 * The filters of a link that `filtersOf` does not know, as `name=value`: the list then has items that the link does not
 * ask for.
 */
export function leftOut(query: URLSearchParams): string[] {
  const known = Object.entries(queryOf(filtersOf(query))).flatMap(([name, value]) =>
    [value ?? []].flat().map((one) => `${name}=${one}`),
  );
  return [...query]
    .filter(([name, value]) => !pageNames.includes(name) && value !== '')
    .map(([name, value]) => `${name}=${value}`)
    .filter((one) => !known.includes(one));
}

/** The query of a place that has these filters. */
export function queryOf(filters: Filters): Record<string, string | string[] | undefined> {
  const known = Object.entries(filters).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    known.map(([name, value]) => [name, Array.isArray(value) ? value.map(String) : String(value)]),
  );
}

/** The filters of a redrive; undefined if the filters select items that are not lost. */
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

/** The filters of the lost items in a list, in any order; undefined if it shows none. */
export function lostFilters({ sort: _, order: __, ...filters }: Filters): Filters | undefined {
  const state = (filters.state ?? ['overdue', 'failed']).filter(
    (one) => one === 'overdue' || one === 'failed',
  );
  return state.length === 0 ? undefined : { ...filters, state };
}
