import type { ArmedTimer, Timers } from '../../aws/timers.ts';
import type { ItemSummary, ProgressRequest } from '../../contract/item.ts';
import { instant } from '../../contract/time.ts';
import type { JsonText } from '../../json-text.ts';
import { deadlineOf } from '../../model/item/deadline.ts';
import { nextLook } from '../../model/item/expiry.ts';
import { failedItem } from '../../model/item/failed.ts';
import { type ItemRecord, isOpen, summaryOf, withStep } from '../../model/item/item-record.ts';
import type { Receipt } from '../../model/item/receipt.ts';
import { storeData, withData } from '../../model/item/stored-data.ts';
import { contended, ProblemError } from '../../problem-error.ts';
import { type AnnounceService, announce } from '../incidents/announce.ts';
import { type ReportService, reportOne } from '../incidents/report.ts';
import { checkPreconditions, itemNotFound, mostTries, type Preconditions } from './preconditions.ts';

export interface ProgressService extends ReportService, AnnounceService {
  timers: Timers;
  leastTimeoutSeconds: number;
}

export interface ProgressInput {
  workflow: string;
  item: string;
  only: Preconditions;
  request: ProgressRequest;
  data: JsonText | undefined;
}

/**
 * Notes how far an item has come, moves its deadline, or fails it.
 *
 * A later deadline is one conditional write and no call to Scheduler: the armed timer fires at the old time, finds
 * the deadline in the future and arms the next. An earlier one arms its timer first. Failing reports at once.
 *
 * Throws 404 when there is no such item, 412 when it is in another attempt or run, 409 when a deadline is given for
 * an item that is overdue or failed, 422 for the deadline itself.
 */
export async function progress(service: ProgressService, input: ProgressInput): Promise<ItemSummary> {
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
    if (deadline !== undefined && seen.state !== 'waiting') throw notWaiting(seen);
    const moved = deadline === undefined ? seen : { ...seen, deadline, deadlineSetAt: instant(now) };
    if (deadline !== undefined && deadline < seen.deadline) {
      armed ??= await service.timers.arm({ workflow, item }, nextLook(moved));
    }
    const changed: ItemRecord = {
      ...moved,
      updatedAt: instant(now),
      tags: tags ?? seen.tags,
      ...withData(data ?? seen.data),
      // With a step, however late, it has started: it is not safe to send again.
      ...(step !== undefined && {
        ...withStep(seen, step, instant(now)),
        neverStarted: undefined,
      }),
      ...(deadline !== undefined && deadline < seen.deadline && armed),
    };
    // A failure reported twice is reported once: the first one stands (P4).
    const next = failed && seen.state !== 'failed' ? failedItem(changed, failed, instant(now)) : changed;
    if (await items.replace(next, seen.revision)) {
      // The timer of a failed item stays armed: should the report be lost, the timer makes it.
      if (next.state === 'failed') await tell(service, next);
      return summaryOf(next);
    }
  }
  throw contended(`item "${item}"`);
}

/**
 * A warning counts from when the deadline was set, so a later deadline can bring one forward that was armed for the
 * old deadline already. Should this not be done, the item is looked at at its old deadline.
 */
async function lookSooner({ items, timers }: ProgressService, record: ItemRecord): Promise<void> {
  const look = nextLook(record);
  if (record.warnAfterMs === undefined || look >= Date.parse(record.timerAt)) return;
  const armed = await timers.arm(record, look);
  await items.recordTimer(record, armed);
}

async function tell(service: ProgressService, failed: ItemRecord): Promise<void> {
  const opened = await reportOne(service, { ...failed, revision: failed.revision + 1 });
  if (opened) await announce(service, opened, [failed]);
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
