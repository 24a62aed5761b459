import type { ItemState } from '../../contract/item.ts';
import type { BreachedFilter } from '../../contract/item-filter.ts';
import type { ListQuery } from '../../contract/item-list.ts';
import { instant } from '../../contract/time.ts';
import { ProblemError } from '../../problem-error.ts';
import type { ItemRecord } from './item-record.ts';

/** Selects items in any state: the filters of a list, an export, a redrive and a discard alike. */
export type ItemFilter = Omit<BreachedFilter, 'state' | 'states'> & {
  state?: ItemState | undefined;
  states?: ItemState[] | undefined;
};

/** The filters in the query of a list. */
export function filterOfQuery(query: ListQuery): ItemFilter {
  const { state, tag, id, started, stuck, attempt, sort, order, format, limit, cursor, ...alike } = query;
  return {
    ...alike,
    states: state,
    tags: tag,
    ids: id,
    started: started === undefined ? undefined : started === 'true',
    stuck: stuck === undefined ? undefined : stuck === 'true',
    attempt: attempt === undefined ? undefined : Number(attempt),
  };
}

/** The attributes of an item that filters use. A receipt has some of them. */
type Filterable = Pick<ItemRecord, 'item' | 'attempt' | 'deadline' | 'registeredAt'> &
  Partial<Pick<ItemRecord, 'step' | 'lostAfter' | 'tags' | 'failure' | 'stuckAt'>> & { state: ItemState };

/** Whether the current item matches every filter. */
export function matchesFilter(record: Filterable, filter: ItemFilter): boolean {
  const { step, type, reason, started, stuck, prefix, attempt, ids, tag } = filter;
  const { dueBefore, dueAfter, registeredBefore, registeredAfter } = filter;
  const tags = [...(filter.tags ?? []), ...(tag === undefined ? [] : [tag])];
  return (
    isInState(record.state, filter) &&
    (step === undefined || lastStepOf(record) === step) &&
    (type === undefined || record.failure?.type === type) &&
    (reason === undefined || record.failure?.reason.includes(reason) === true) &&
    // A resumed item keeps its steps, but none of them is its current step until it reaches a step in the new attempt.
    (started === undefined || (record.state !== 'completed' && (record.step !== undefined) === started)) &&
    (stuck === undefined || (record.stuckAt !== undefined) === stuck) &&
    (prefix === undefined || record.item.startsWith(prefix)) &&
    (attempt === undefined || record.attempt === attempt) &&
    (ids === undefined || ids.includes(record.item)) &&
    isBetween(record.deadline, dueAfter, dueBefore) &&
    isBetween(record.registeredAt, registeredAfter, registeredBefore) &&
    tags.every((wanted) => hasTag(record.tags ?? {}, wanted))
  );
}

/** The last known step: of this attempt, or of the attempt in which the item was lost before. */
export function lastStepOf({ step, lostAfter }: Pick<Filterable, 'step' | 'lostAfter'>): string | undefined {
  return step ?? lostAfter?.step;
}

/** Whether items in this state can match. */
export function isInState(
  state: ItemState,
  { state: only, states }: Pick<ItemFilter, 'state' | 'states'>,
): boolean {
  return (only === undefined || only === state) && (states === undefined || states.includes(state));
}

/** `from` included, `before` not. */
function isBetween(time: string, from: string | undefined, before: string | undefined): boolean {
  const at = Date.parse(time);
  return (from === undefined || at >= Date.parse(from)) && (before === undefined || at < Date.parse(before));
}

function hasTag(tags: Record<string, string>, wanted: string): boolean {
  const colon = wanted.indexOf(':');
  if (colon === -1) return Object.hasOwn(tags, wanted);
  const key = wanted.slice(0, colon);
  return Object.hasOwn(tags, key) && tags[key] === wanted.slice(colon + 1);
}

/** The range of times that the filters select, as positions of an order. Throws a 400 problem if the range is empty. */
export function timesBetween(
  filter: ItemFilter,
  after: 'dueAfter' | 'registeredAfter',
  before: 'dueBefore' | 'registeredBefore',
): { from: string; to: string } {
  const from = filter[after] === undefined ? '0' : instant(Date.parse(filter[after]));
  const to = filter[before] === undefined ? '~' : instant(Date.parse(filter[before]));
  if (from < to) return { from, to };
  throw new ProblemError('invalid-request', `${after} (${from}) must be before ${before} (${to})`, {
    errors: [{ path: after, message: `must be before ${before}; received ${from} and ${to}` }],
  });
}
