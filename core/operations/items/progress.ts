import type { ArmedTimer } from '../../aws/timers.ts';
import type { ItemSummary, ProgressRequest } from '../../contract/item.ts';
import { instant } from '../../contract/time.ts';
import type { JsonText } from '../../json-text.ts';
import { deadlineOf, madeAt } from '../../model/item/deadline.ts';
import { nextCheck } from '../../model/item/expiry.ts';
import { type ItemRecord, isOpen, summaryOf } from '../../model/item/item-record.ts';
import { isNotStarted } from '../../model/item/not-started.ts';
import { progressed } from '../../model/item/progressed.ts';
import type { Receipt } from '../../model/item/receipt.ts';
import { storeData } from '../../model/item/stored-data.ts';
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
  | 'statistics'
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
 * Records a step or the progress of an item, sets a new deadline, or fails the item.
 *
 * A later deadline is one conditional write and no call to Scheduler: the armed timer fires at the old time, finds
 * the deadline in the future and arms the next timer. An earlier deadline arms its timer first. A failure is reported
 * at once.
 *
 * A step makes an item that was not started in time wait for its deadline again; after the deadline it is overdue.
 *
 * Throws a 404 problem if there is no such item, 412 if it is in another attempt or run, 422 for a deadline out of range,
 * 409 if a breached item is sent a deadline: the rest of the request is recorded, so that no step is lost.
 */
export async function progress(service: Service, input: ProgressInput): Promise<ItemSummary> {
  const { items, clock, leastTimeoutSeconds } = service;
  const { workflow, item, only, request } = input;
  const now = clock.now();
  const made = madeAt(request, now);
  const deadlineMs = deadlineOf(request, made, leastTimeoutSeconds);
  const deadline = deadlineMs === undefined ? undefined : instant(deadlineMs);
  const data = input.data === undefined ? undefined : storeData(input.data);
  const { step, progress: value, tags, failed } = request;
  const asked = { step, progress: value, deadline, tags, data, failed };
  // A request that was kept may have an older deadline or value than the item, so the item is read first.
  const isOld = request.age !== undefined && (deadline !== undefined || value !== undefined);

  if (!failed && !isOld) {
    const change = {
      workflow,
      item,
      now: instant(now),
      step,
      progress: value,
      deadline,
      tags,
      data,
      ...only,
    };
    const written = await items.progress(change);
    if (written) {
      await checkSooner(service, written);
      return summaryOf(written);
    }
  }

  let armed: { at: number; timer: ArmedTimer } | undefined;
  for (let tries = 0; tries < mostTries; tries++) {
    const seen = await items.read(workflow, item);
    if (seen === undefined) throw itemNotFound(workflow, item);
    checkPreconditions(seen, only);
    if (!isOpen(seen)) throw completedAlready(seen);
    if (step !== undefined && isNotStarted(seen) && seen.reportedAt === undefined) {
      // Report the item before it is changed: a crash in between must lose no report (P3).
      await reportNow(service, seen);
      continue;
    }
    const change = progressed(seen, { ...asked, made }, now, leastTimeoutSeconds);
    const recorded = (['step', 'progress', 'tags', 'data', 'failed'] as const).filter(
      (name) => asked[name] !== undefined,
    );
    if (change.isDeadlineRefused && recorded.length === 0) throw notWaiting(seen, recorded);
    const { next, armAt } = change;
    if (armAt !== undefined && armed?.at !== armAt) {
      armed = { at: armAt, timer: await service.timers.arm({ workflow, item }, armAt) };
    }
    if (!(await items.replace({ ...next, ...(armAt !== undefined && armed?.timer) }, seen.revision)))
      continue;
    if (next.state === 'failed' && seen.state !== 'failed')
      service.statistics.count(workflow, { counts: { failed: 1 } });
    // The timer of a failed item stays armed: if the report is lost, the timer makes it.
    if (change.isToBeReported) await reportNow(service, next, seen.revision + 1);
    if (change.isBegunLate && seen.incident !== undefined) {
      await service.outcomes.add(seen.incident, item, 'begunLate');
    }
    if (change.isDeadlineRefused) throw notWaiting(next, recorded);
    return summaryOf(next);
  }
  throw contended(`item "${item}"`);
}

/**
 * The time to a warning starts when the deadline is set, so a later deadline can make the warning due before the
 * armed timer fires. So can the first value of progress. If this call fails, the item is checked at its old deadline.
 */
async function checkSooner(
  { items, timers, clock, leastTimeoutSeconds }: Service,
  record: ItemRecord,
): Promise<void> {
  const at = Math.max(nextCheck(record), clock.now() + leastTimeoutSeconds * 1000);
  const isWarnedOf = record.warnAfterMs !== undefined || record.progress !== undefined;
  if (!isWarnedOf || at >= Date.parse(record.timerAt)) return;
  const armed = await timers.arm(record, at);
  await items.recordTimer(record, armed);
}

async function reportNow(
  service: Service,
  breached: ItemRecord,
  revision = breached.revision,
): Promise<void> {
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

/** @param recorded the members of the request that were recorded although the deadline was refused */
function notWaiting({ state }: ItemRecord, recorded: readonly string[]): ProblemError {
  const rest =
    recorded.length === 0
      ? ''
      : `; ${recorded.join(' and ')} of the request ${recorded.length === 1 ? 'is' : 'are'} recorded`;
  return new ProblemError(
    'item-not-waiting',
    `the item is ${state}, so its deadline cannot be changed${rest}; complete it, or register it again to start a new attempt`,
  );
}
