import { settledAfterMs } from '../../names/clockwork.ts';
import type { ItemRecord } from './item-record.ts';

/** The decision of a check. */
export type ExpiryDecision = 'nothing' | 'arm' | 'warn' | 'expire' | 'report';

/** The attributes of a waiting item that decide its next check. */
export type Watch = Pick<
  ItemRecord,
  'deadline' | 'startBy' | 'steps' | 'warnAfterMs' | 'deadlineSetAt' | 'startedAt' | 'warnedAt'
>;

/**
 * Decides what to do about an item when a timer fires or the sweep finds it. Pure: the same record, timers and time
 * give the same decision.
 *
 * @param record the item, read consistently; undefined if there is none
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
  // The deadline has moved, or the timer was early. Its own timer has fired: without another one nobody watches the
  // item.
  const ownTimerIsGone = fired.has(record.timer) || Date.parse(record.timerAt) <= now;
  return ownTimerIsGone ? 'arm' : 'nothing';
}

/** Whether the item should have reported its first step by now and has not. */
export function hasNotStarted({ startBy, steps }: Watch, now: number): boolean {
  return startBy !== undefined && steps.length === 0 && now >= Date.parse(startBy);
}

/** The next check of a waiting item, in ms since the epoch: the first of its deadline, startBy and warning. */
export function nextLook(watch: Watch): number {
  const times = [Date.parse(watch.deadline)];
  if (watch.startBy !== undefined && watch.steps.length === 0) times.push(Date.parse(watch.startBy));
  const warnAt = warningTime(watch);
  if (warnAt !== undefined) times.push(warnAt);
  return Math.min(...times);
}

/** When to warn of a waiting item; undefined if no warning is wanted, it was sent, or the deadline is earlier. */
function warningTime({
  deadline,
  warnAfterMs,
  deadlineSetAt,
  startedAt,
  warnedAt,
}: Watch): number | undefined {
  if (warnAfterMs === undefined) return undefined;
  const warnAt = Date.parse(deadlineSetAt ?? startedAt) + warnAfterMs;
  // An earlier warning was about an older deadline, even if it was sent in the millisecond in which this one was set.
  if (warnedAt !== undefined && Date.parse(warnedAt) >= warnAt) return undefined;
  return warnAt < Date.parse(deadline) ? warnAt : undefined;
}

/**
 * Whether the item may be about to name this timer. A timer can fire before its item is written, if the write is slow
 * or the timer early. If that timer were ignored, the item would be written with a timer that has already fired.
 */
export function needsSecondLook(
  record: ItemRecord | undefined,
  { timer, armedAt }: { timer: string; armedAt: string },
  now: number,
): boolean {
  return record?.timer !== timer && now < Date.parse(armedAt) + settledAfterMs;
}
