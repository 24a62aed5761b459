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

/**
 * Milliseconds after which nothing that armed a timer is still under way: API Gateway and the functions behind it end
 * a request after 30 s at most.
 */
export const settledAfterMs = 60_000;

/**
 * Whether a timer that its item does not name may be one that the item is about to name. A timer can fire before the
 * item that it was armed for is written, if that is slow or the timer early; were it passed over, the item would be
 * written with a timer that is used up.
 */
export function needsSecondLook(
  record: ItemRecord | undefined,
  { timer, armedAt }: { timer: string; armedAt: string },
  now: number,
): boolean {
  return record?.timer !== timer && now < Date.parse(armedAt) + settledAfterMs;
}
