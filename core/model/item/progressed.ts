import type { ProgressRequest } from '../../contract/item.ts';
import { instant } from '../../contract/time.ts';
import { nextCheck } from './expiry.ts';
import { failedItem } from './failed.ts';
import { currentSteps, type ItemRecord, isLateRepeat, withStep } from './item-record.ts';
import { moved } from './movement.ts';
import { begunLate, isBegunLate, isNotStarted, overdueToo } from './not-started.ts';
import { type StoredData, withData } from './stored-data.ts';

/** A request about the progress of an item, with its deadline as an instant and its data as it is stored. */
export interface Progress extends Pick<ProgressRequest, 'step' | 'progress' | 'tags' | 'failed'> {
  deadline: string | undefined;
  /** When the request was made, in ms since the epoch: before now if the caller had to keep it. */
  made: number;
  data: StoredData | undefined;
}

/** The item after a request about its progress, and the steps that the change needs. */
export interface Progressed {
  next: ItemRecord;
  /** When a timer must be armed for it before it is written, in ms since the epoch. */
  armAt: number | undefined;
  /** A step makes an item that was not started in time wait again. */
  isBegunLate: boolean;
  /** This change breaches the item, or breaches it in another way than before, so the item is to be reported. */
  isToBeReported: boolean;
  /** Its deadline cannot be changed, because it is breached. The rest of the request can. */
  isDeadlineRefused: boolean;
}

/**
 * Decides what a request about its progress makes of an item. Pure.
 *
 * @param now ms since the epoch
 */
export function progressed(
  seen: ItemRecord,
  { step, progress, deadline: asked, made, tags, data, failed }: Progress,
  now: number,
  leastTimeoutSeconds: number,
): Progressed {
  const at = instant(now);
  const isBegun = step !== undefined && !failed && isBegunLate(seen, now);
  const isOverdueToo = step !== undefined && isNotStarted(seen) && !isBegun;
  const base = isBegun ? begunLate(seen) : isOverdueToo ? overdueToo(seen) : seen;

  const isDeadlineRefused = asked !== undefined && base.state !== 'waiting';
  const deadline = isDeadlineRefused ? undefined : asked;
  const isSooner = deadline !== undefined && deadline < seen.deadline;
  // A late repeat of an earlier step would bring back the deadline of that step: a false alarm (P2, P4). So would a
  // kept request, if a later request has set the deadline since.
  const isOutdated = made < now && made < Date.parse(seen.deadlineSetAt ?? seen.startedAt);
  const isMoved =
    deadline !== undefined && !isOutdated && !(isSooner && step !== undefined && isLateRepeat(seen, step));

  const reachesStep = step !== undefined && !currentSteps(seen).some((reached) => reached.step === step);
  const changed: ItemRecord = {
    ...base,
    ...(isMoved && { deadline, deadlineSetAt: instant(made) }),
    ...(step !== undefined && withStep(seen, step, at)),
    ...moved(seen, { progress, made }, reachesStep, now),
    updatedAt: at,
    tags: tags ?? seen.tags,
    ...withData(data ?? seen.data),
  };
  // The item failed already: keep the first failure (P4).
  const next = failed && seen.state !== 'failed' ? failedItem(changed, failed, at) : changed;
  return {
    next,
    // The timer of an item that was not started in time has fired.
    armAt: isBegun
      ? soonest(changed, now, leastTimeoutSeconds)
      : isMoved && isSooner
        ? Math.max(nextCheck(changed), now + leastTimeoutSeconds * 1000)
        : soonerCheck(next, now, leastTimeoutSeconds),
    isBegunLate: isBegun,
    isToBeReported: next.state === 'failed' || isOverdueToo,
    isDeadlineRefused,
  };
}

/** When a waiting item must be checked before its armed timer fires, because it may be stuck by then. */
function soonerCheck(record: ItemRecord, now: number, leastTimeoutSeconds: number): number | undefined {
  if (record.state !== 'waiting' || record.progress === undefined) return undefined;
  const at = Math.max(nextCheck(record), now + leastTimeoutSeconds * 1000);
  return at < Date.parse(record.timerAt) ? at : undefined;
}

/** When to check an item that was started late: at its next check, but not in the past. */
function soonest(record: ItemRecord, now: number, leastTimeoutSeconds: number): number {
  const at = Math.max(nextCheck(record), now + leastTimeoutSeconds * 1000);
  return Math.min(at, Date.parse(record.deadline));
}
