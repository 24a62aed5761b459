import type { ArmedTimer } from '../../aws/timers.ts';
import type { ItemSummary, ProgressRequest } from '../../contract/item.ts';
import { instant } from '../../contract/time.ts';
import type { JsonText } from '../../json-text.ts';
import { deadlineOf } from '../../model/item/deadline.ts';
import { nextCheck, type Watch } from '../../model/item/expiry.ts';
import { failedItem } from '../../model/item/failed.ts';
import { type ItemRecord, isLateRepeat, isOpen, summaryOf, withStep } from '../../model/item/item-record.ts';
import { begunLate, isBegunLate, isNotStarted, overdueToo } from '../../model/item/not-started.ts';
import type { Receipt } from '../../model/item/receipt.ts';
import { storeData, withData } from '../../model/item/stored-data.ts';
import type { Ports } from '../../ports.ts';
import { contended, ProblemError } from '../../problem-error.ts';
import { announce } from '../incidents/announce.ts';
import { reportOne } from '../incidents/report.ts';
import { checkPreconditions, itemNotFound, mostTries, type Preconditions } from './preconditions.ts';

type Service = Pick<
  Ports,
  | 'items'
  | 'registry'
  | 'incidents'
  | 'outcomes'
  | 'timers'
  | 'itemEvents'
  | 'notifications'
  | 'budget'
  | 'clock'
  | 'log'
  | 'leastTimeoutSeconds'
>;

export interface ProgressInput {
  workflow: string;
  item: string;
  only: Preconditions;
  request: ProgressRequest;
  data: JsonText | undefined;
}

/**
 * Records a step of an item, sets a new deadline, or fails the item.
 *
 * A later deadline is one conditional write and no call to Scheduler: the armed timer fires at the old time, finds
 * the deadline in the future and arms the next timer. An earlier deadline arms its timer first. A failure is reported
 * at once.
 *
 * A step makes an item that was not started in time wait for its deadline again; after the deadline it is overdue.
 *
 * Throws a 404 problem if there is no such item, 412 if it is in another attempt or run, 409 if a breached item is
 * sent a deadline, 422 for a deadline out of range.
 */
export async function progress(service: Service, input: ProgressInput): Promise<ItemSummary> {
  const { items, clock, leastTimeoutSeconds } = service;
  const { workflow, item, only, request } = input;
  const now = clock.now();
  const deadlineMs = deadlineOf(request, now, leastTimeoutSeconds);
  const deadline = deadlineMs === undefined ? undefined : instant(deadlineMs);
  const data = input.data === undefined ? undefined : storeData(input.data);
  const { step, tags, failed } = request;

  if (!failed) {
    const change = { workflow, item, now: instant(now), step, deadline, tags, data, ...only };
    const written = await items.progress(change);
    if (written) {
      await lookSooner(service, written);
      return summaryOf(written);
    }
  }

  let armed: ArmedTimer | undefined;
  for (let tries = 0; tries < mostTries; tries++) {
    const seen = await items.read(workflow, item);
    if (seen === undefined) throw itemNotFound(workflow, item);
    checkPreconditions(seen, only);
    if (!isOpen(seen)) throw completedAlready(seen);
    if (step !== undefined && isNotStarted(seen) && seen.reportedAt === undefined) {
      // Reported before it is changed: a crash in between must lose no report (P3).
      await tell(service, seen);
      continue;
    }
    const isBegun = step !== undefined && !failed && isBegunLate(seen, now);
    const base = step === undefined || !isNotStarted(seen) ? seen : (isBegun ? begunLate : overdueToo)(seen);
    if (deadline !== undefined && base.state !== 'waiting') throw notWaiting(seen);
    const isSooner = deadline !== undefined && deadline < seen.deadline;
    // A late repeat of an earlier step would bring back the deadline of that step: a false alarm (P2, P4).
    const isMoved = deadline !== undefined && !(isSooner && step !== undefined && isLateRepeat(seen, step));
    const moved = {
      ...base,
      ...(isMoved && { deadline, deadlineSetAt: instant(now) }),
      ...(step !== undefined && withStep(seen, step, instant(now))),
    };
    if (isBegun) {
      // The timer of an item that was not started in time has fired.
      armed = await service.timers.arm(moved, soonest(moved, now, leastTimeoutSeconds));
    } else if (isMoved && isSooner) {
      armed ??= await service.timers.arm({ workflow, item }, nextCheck(moved));
    }
    const changed: ItemRecord = {
      ...moved,
      updatedAt: instant(now),
      tags: tags ?? seen.tags,
      ...withData(data ?? seen.data),
      ...((isBegun || (isMoved && isSooner)) && armed),
    };
    // The item failed already: keep the first failure (P4).
    const next = failed && seen.state !== 'failed' ? failedItem(changed, failed, instant(now)) : changed;
    if (await items.replace(next, seen.revision)) {
      // The timer of a failed item stays armed: if the report is lost, the timer makes it.
      if (next.state === 'failed' || (base !== seen && !isBegun))
        await tell(service, next, seen.revision + 1);
      if (isBegun && seen.incident !== undefined)
        await service.outcomes.add(seen.incident, item, 'begunLate');
      return summaryOf(next);
    }
  }
  throw contended(`item "${item}"`);
}

/**
 * The time to a warning starts when the deadline is set, so a later deadline can make the warning due before the
 * armed timer fires. If this call fails, the item is checked at its old deadline.
 */
async function lookSooner({ items, timers }: Service, record: ItemRecord): Promise<void> {
  const look = nextCheck(record);
  if (record.warnAfterMs === undefined || look >= Date.parse(record.timerAt)) return;
  const armed = await timers.arm(record, look);
  await items.recordTimer(record, armed);
}

/** When to check an item that was begun late: at its next check, but not in the past. */
function soonest(
  record: Watch & Pick<ItemRecord, 'deadline'>,
  now: number,
  leastTimeoutSeconds: number,
): number {
  const at = Math.max(nextCheck(record), now + leastTimeoutSeconds * 1000);
  return Math.min(at, Date.parse(record.deadline));
}

async function tell(service: Service, breached: ItemRecord, revision = breached.revision): Promise<void> {
  const record = { ...breached, revision };
  const { incident, opened = false, written } = await reportOne(service, record, { announces: true });
  // Counting for each of a thousand failures a second would be too much.
  if (incident && written) await announce(service, { incident, opened, records: [record] });
}

function completedAlready({ completedAt }: Receipt): ProblemError {
  return new ProblemError(
    'item-not-waiting',
    `the item was completed at ${completedAt}; register it again to start a new watch`,
  );
}

function notWaiting(seen: ItemRecord): ProblemError {
  return new ProblemError(
    'item-not-waiting',
    `the item is ${seen.state}, so its deadline cannot be changed; complete it, or register it again to start a new attempt`,
  );
}
