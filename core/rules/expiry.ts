import type { ItemRecord } from '../records/item-record.ts';

/** What a fired timer asks for, given the item as it is now. */
export type ExpiryDecision = 'nothing' | 'arm' | 'expire' | 'report';

/**
 * Decides what a timer means for its item. Pure: the same record, timers and time always give the same answer.
 *
 * @param record the item, read consistently; undefined when there is none
 * @param fired names of the timers whose messages are being handled for this item
 * @param now ms since the epoch
 */
export function decideExpiry(
  record: ItemRecord | undefined,
  fired: ReadonlySet<string>,
  now: number,
): ExpiryDecision {
  if (record === undefined) return 'nothing';
  if (record.state !== 'waiting') return record.reportedAt === undefined ? 'report' : 'nothing';
  if (now >= Date.parse(record.deadline)) return 'expire';
  // The deadline has moved, or the timer came early. Its own timer is used up: without another nobody watches.
  // A timer of an older deadline or attempt says nothing about the one that is armed, unless that is past too.
  const ownTimerIsGone = fired.has(record.timer) || Date.parse(record.timerAt) <= now;
  return ownTimerIsGone ? 'arm' : 'nothing';
}
