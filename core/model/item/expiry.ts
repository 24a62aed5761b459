import { instant } from '../../contract/time.ts';
import { settledAfterMs } from '../../names/clockwork.ts';
import { heldUntil } from '../warden/outage.ts';
import type { WardenOutage } from '../warden/warden-state.ts';
import type { ItemRecord } from './item-record.ts';
import { type Movement, stuckTime } from './movement.ts';
import { isNotStarted } from './not-started.ts';

/** The decision of a check, given the current item. Times are in ms since the epoch. */
export type ExpiryDecision =
  | { do: 'nothing' }
  /** The item is breached and not reported yet. */
  | { do: 'report' }
  /** The item is on time, and has no armed timer. */
  | { do: 'arm'; at: number }
  /** The item became overdue in an outage of the warden, and can be completed until the end of the grace period. */
  | { do: 'hold'; at: number }
  | { do: 'warn'; next: number }
  /** The reported progress of the item stays the same. */
  | { do: 'warn-stuck'; next: number }
  /**
   * `since` is when the item became overdue, noticed or not. An item that was not started in time becomes overdue at its
   * deadline too.
   */
  | { do: 'expire'; since: number; neverStarted: true | undefined };

/** The attributes of a waiting item that decide its next check. */
export type Watch = Pick<
  ItemRecord,
  | 'deadline'
  | 'startBy'
  | 'steps'
  | 'warnAfterMs'
  | 'deadlineSetAt'
  | 'startedAt'
  | 'warnedAt'
  | 'stuckAfterMs'
> &
  Movement;

/**
 * Decides what to do about an item when a timer fires or the sweep finds it. Pure: the same record, timers, outage and
 * time give the same decision.
 *
 * @param record the item, read consistently; undefined if there is none
 * @param fired names of the timers whose messages are being handled for this item
 * @param outage the outage of the warden itself, if one has just ended
 * @param now ms since the epoch
 * @param restart the restart of the warden whose grace period runs, if there is one
 */
export function decideExpiry(
  record: ItemRecord | undefined,
  fired: ReadonlySet<string>,
  outage: WardenOutage | undefined,
  now: number,
  restart?: WardenOutage,
): ExpiryDecision {
  if (record === undefined) return { do: 'nothing' };
  const isPast = now >= Date.parse(record.deadline);
  if (record.state !== 'waiting' && record.reportedAt === undefined) return { do: 'report' };
  const isOverdueToo = isPast && isNotStarted(record);
  if (record.state !== 'waiting' && !isOverdueToo) return { do: 'nothing' };
  if (isPast || isStartMissed(record, now)) {
    const neverStarted = isPast ? undefined : true;
    const since = overdueSince({ ...record, neverStarted });
    const held = heldUntil(outage, instant(since), now) ?? heldUntil(restart, instant(since), now);
    return held === undefined ? { do: 'expire', since, neverStarted } : { do: 'hold', at: held };
  }
  const warnAt = warningTime(record);
  if (warnAt !== undefined && now >= warnAt) {
    return { do: 'warn', next: nextCheck({ ...record, warnedAt: instant(now) }) };
  }
  const stuckAt = stuckTime(record);
  if (stuckAt !== undefined && now >= stuckAt) {
    const held = graceOf(outage, stuckAt, now) ?? graceOf(restart, stuckAt, now);
    return held === undefined
      ? { do: 'warn-stuck', next: nextCheck({ ...record, stuckAt: instant(now) }) }
      : { do: 'hold', at: Math.min(held, nextCheck({ ...record, stuckAt: instant(now) })) };
  }
  // The deadline has moved, or the timer was early. Its own timer has fired: without another one nobody watches the
  // item.
  return isTimerUsedUp(record, fired, now) ? { do: 'arm', at: nextCheck(record) } : { do: 'nothing' };
}

/**
 * End of the grace period for an item that seems stuck: reports could not reach the warden, and kept reports may still
 * come. In ms since the epoch; undefined if there is none.
 */
function graceOf(outage: WardenOutage | undefined, stuckAt: number, now: number): number | undefined {
  if (outage === undefined || stuckAt < Date.parse(outage.from)) return undefined;
  const until = Date.parse(outage.graceUntil);
  return now < until ? until : undefined;
}

/** When an item became overdue, noticed or not, in ms since the epoch. */
export function overdueSince({
  neverStarted,
  startBy,
  deadline,
}: Pick<ItemRecord, 'neverStarted' | 'startBy' | 'deadline'>): number {
  return Date.parse((neverStarted && startBy) || deadline);
}

/** Whether the timer that the item names is still to come, and comes by the time `at`, in ms since the epoch. */
export function isTimerInTime(
  record: Pick<ItemRecord, 'timer' | 'timerAt'>,
  fired: ReadonlySet<string>,
  at: number,
  now: number,
): boolean {
  return !isTimerUsedUp(record, fired, now) && Date.parse(record.timerAt) <= at;
}

function isTimerUsedUp(
  { timer, timerAt }: Pick<ItemRecord, 'timer' | 'timerAt'>,
  fired: ReadonlySet<string>,
  now: number,
): boolean {
  return fired.has(timer) || Date.parse(timerAt) <= now;
}

/** Whether the item should have reported its first step by now and has not. */
export function isStartMissed({ startBy, steps }: Watch, now: number): boolean {
  return startBy !== undefined && steps.length === 0 && now >= Date.parse(startBy);
}

/** The next check of a waiting item, in ms since the epoch: the first of its deadline, startBy and warnings. */
export function nextCheck(watch: Watch): number {
  const times = [Date.parse(watch.deadline)];
  if (watch.startBy !== undefined && watch.steps.length === 0) times.push(Date.parse(watch.startBy));
  const warnAt = warningTime(watch);
  if (warnAt !== undefined) times.push(warnAt);
  const stuckAt = stuckTime(watch);
  if (stuckAt !== undefined) times.push(stuckAt);
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
export function needsSecondCheck(
  record: ItemRecord | undefined,
  { timer, armedAt }: { timer: string; armedAt: string },
  now: number,
): boolean {
  return record?.timer !== timer && now < Date.parse(armedAt) + settledAfterMs;
}
