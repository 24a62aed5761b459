import { breachedStates } from '../../contract/item.ts';
import { matchesFilter } from '../item/item-filter.ts';
import type { ItemRecord } from '../item/item-record.ts';
import { isNotStarted } from '../item/not-started.ts';
import type { RedriveRecord } from './redrive-record.ts';

/** The attributes of a redrive or discard that select its items. */
export type RedriveScope = Pick<
  RedriveRecord,
  'workflow' | 'filter' | 'endedAfter' | 'endedBy' | 'limit' | 'lastPosition'
>;

/**
 * Whether a redrive or discard selects the current item. Items that were not started in time are selected only by
 * `started: false` or by their ids.
 */
export function isAbout(
  record: ItemRecord,
  { filter, endedAfter, endedBy }: Pick<RedriveScope, 'filter' | 'endedAfter' | 'endedBy'>,
): boolean {
  const endedAt = record.breachedAt;
  return (
    breachedStates.some((state) => state === record.state) &&
    // Their work may still be in a queue: resuming them unasked would do it twice.
    (!isNotStarted(record) || filter.started === false || filter.ids !== undefined) &&
    (endedAt === undefined || endedAt <= endedBy) &&
    (endedAfter === undefined || endedAt === undefined || endedAt > endedAfter) &&
    (filter.attemptAtMost === undefined || isForAutomatic(record, filter.attemptAtMost)) &&
    matchesFilter(record, filter)
  );
}

/**
 * If no upstream service has accepted the last message of an item, that message is still to be delivered: another
 * message would only use up an attempt.
 */
function isForAutomatic({ attempt, taken }: ItemRecord, attemptAtMost: number): boolean {
  return attempt <= attemptAtMost && taken !== false;
}
