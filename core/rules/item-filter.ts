import type { ListQuery } from '../contract/item-list.ts';
import type { IndexRecord } from '../records/item-record.ts';

/** Whether an item is at the step and has the tag that are asked for; what is not asked for fits. */
export function matchesFilter(record: IndexRecord, filter: Pick<ListQuery, 'step' | 'tag'>): boolean {
  if (filter.step !== undefined && record.step !== filter.step) return false;
  if (filter.tag === undefined) return true;
  const colon = filter.tag.indexOf(':');
  if (colon === -1) return Object.hasOwn(record.tags, filter.tag);
  const key = filter.tag.slice(0, colon);
  return Object.hasOwn(record.tags, key) && record.tags[key] === filter.tag.slice(colon + 1);
}
