import type { ListQuery } from '../../contract/item-list.ts';
import { instant } from '../../contract/time.ts';
import { ProblemError } from '../../problem-error.ts';
import type { ItemRecord } from './item-record.ts';

export interface ItemFilter {
  step?: string | undefined;
  tag?: string | undefined;
  prefix?: string | undefined;
  attempt?: number | undefined;
  ids?: readonly string[] | undefined;
  dueBefore?: string | undefined;
  dueAfter?: string | undefined;
  registeredBefore?: string | undefined;
  registeredAfter?: string | undefined;
}

/** What filters look at of an item; a receipt has no more of it. */
type Filterable = Pick<ItemRecord, 'item' | 'attempt' | 'deadline' | 'registeredAt'> &
  Partial<Pick<ItemRecord, 'step' | 'tags' | 'failure'>>;

/** Whether an item is one that is asked for; what is not asked for fits. */
export function matchesFilter(record: Filterable, filter: ItemFilter): boolean {
  const { step, prefix, attempt, ids, dueBefore, dueAfter, registeredBefore, registeredAfter } = filter;
  return (
    (step === undefined || record.step === step) &&
    (prefix === undefined || record.item.startsWith(prefix)) &&
    (attempt === undefined || record.attempt === attempt) &&
    (ids === undefined || ids.includes(record.item)) &&
    isBetween(record.deadline, dueAfter, dueBefore) &&
    isBetween(record.registeredAt, registeredAfter, registeredBefore) &&
    hasTag(record.tags ?? {}, filter.tag)
  );
}

/** `from` included, `before` not. */
function isBetween(time: string, from: string | undefined, before: string | undefined): boolean {
  const at = Date.parse(time);
  return (from === undefined || at >= Date.parse(from)) && (before === undefined || at < Date.parse(before));
}

function hasTag(tags: Record<string, string>, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  const colon = wanted.indexOf(':');
  if (colon === -1) return Object.hasOwn(tags, wanted);
  const key = wanted.slice(0, colon);
  return Object.hasOwn(tags, key) && tags[key] === wanted.slice(colon + 1);
}

/** From when to when is asked for, as positions of an order. Throws a 400 problem when nothing could be between. */
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

/** The filters of a list's query. */
export function filterOfQuery({ attempt, id, ...query }: ListQuery): ItemFilter {
  return { ...query, attempt: attempt === undefined ? undefined : Number(attempt), ids: id };
}
