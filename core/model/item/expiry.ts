import { settledAfterMs } from '../../names/clockwork.ts';
import type { ItemRecord } from './item-record.ts';

/** What a look at an item asks for, given the item as it is now. */
export type ExpiryDecision = 'nothing' | 'arm' | 'warn' | 'expire' | 'report';

/** The parts of a waiting item that decide when it needs a look. */
export type Watch = Pick<
  ItemRecord,
  'deadline' | 'startBy' | 'steps' | 'warnAfterMs' | 'deadlineSetAt' | 'startedAt' | 'warnedAt'
>;

/**
 * Decides what a timer, or the sweep, means for an item. Pure: the same record, timers and time always give the same
 * answer.
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
  if (now >= Date.parse(record.deadline) || hasNotStarted(record, now)) return 'expire';
  const warnAt = warningTime(record);
  if (warnAt !== undefined && now >= warnAt) return 'warn';
  // The deadline has moved, or the timer came early. Its own timer is used up: without another nobody watches.
  // A timer of an older deadline or attempt says nothing about the one that is armed, unless that is past too.
  const ownTimerIsGone = fired.has(record.timer) || Date.parse(record.timerAt) <= now;
  return ownTimerIsGone ? 'arm' : 'nothing';
}

/** Whether the item should have reported its first step by now and has not. */
export function hasNotStarted({ startBy, steps }: Watch, now: number): boolean {
  return startBy !== undefined && steps.length === 0 && now >= Date.parse(startBy);
}

/** When a waiting item is to be looked at next, in ms since the epoch: what comes first of all that it waits for. */
export function nextLook(watch: Watch): number {
  const times = [Date.parse(watch.deadline)];
  if (watch.startBy !== undefined && watch.steps.length === 0) times.push(Date.parse(watch.startBy));
  const warnAt = warningTime(watch);
  if (warnAt !== undefined) times.push(warnAt);
  return Math.min(...times);
}

/** When to warn of a waiting item; undefined when that is not asked for, was done, or the deadline comes first. */
function warningTime({
  deadline,
  warnAfterMs,
  deadlineSetAt,
  startedAt,
  warnedAt,
}: Watch): number | undefined {
  if (warnAfterMs === undefined) return undefined;
  const warnAt = Date.parse(deadlineSetAt ?? startedAt) + warnAfterMs;
  // An earlier warning was of an older deadline, even if it was given when this one was set.
  if (warnedAt !== undefined && Date.parse(warnedAt) >= warnAt) return undefined;
  return warnAt < Date.parse(deadline) ? warnAt : undefined;
}

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
