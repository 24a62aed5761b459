import type { IndexRecord } from '../records/item-record.ts';

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

/** Whether an item is one that is asked for; what is not asked for fits. */
export function matchesFilter(record: IndexRecord, filter: ItemFilter): boolean {
  const { step, prefix, attempt, ids, dueBefore, dueAfter, registeredBefore, registeredAfter } = filter;
  return (
    (step === undefined || record.step === step) &&
    (prefix === undefined || record.item.startsWith(prefix)) &&
    (attempt === undefined || record.attempt === attempt) &&
    (ids === undefined || ids.includes(record.item)) &&
    isBetween(record.deadline, dueAfter, dueBefore) &&
    isBetween(record.registeredAt, registeredAfter, registeredBefore) &&
    hasTag(record.tags, filter.tag)
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
