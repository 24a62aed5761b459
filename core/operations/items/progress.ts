import type { ArmedTimer } from '../../aws/timers.ts';
import type { ItemSummary, ProgressRequest } from '../../contract/item.ts';
import { instant } from '../../contract/time.ts';
import type { JsonText } from '../../json-text.ts';
import { deadlineOf } from '../../model/item/deadline.ts';
import { nextCheck } from '../../model/item/expiry.ts';
import { failedItem } from '../../model/item/failed.ts';
import { type ItemRecord, isLateRepeat, isOpen, summaryOf, withStep } from '../../model/item/item-record.ts';
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
  | 'timers'
  | 'itemEvents'
  | 'notifications'
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
    if (deadline !== undefined && seen.state !== 'waiting') throw notWaiting(seen);
    const isSooner = deadline !== undefined && deadline < seen.deadline;
    // A late repeat of an earlier step would bring back the deadline of that step: a false alarm (P2, P4).
    const isMoved = deadline !== undefined && !(isSooner && step !== undefined && isLateRepeat(seen, step));
    const moved = isMoved ? { ...seen, deadline, deadlineSetAt: instant(now) } : seen;
    if (isMoved && isSooner) {
      armed ??= await service.timers.arm({ workflow, item }, nextCheck(moved));
    }
    const changed: ItemRecord = {
      ...moved,
      updatedAt: instant(now),
      tags: tags ?? seen.tags,
      ...withData(data ?? seen.data),
      // An item with a step, however late, has started: it is not safe to send again.
      ...(step !== undefined && {
        ...withStep(seen, step, instant(now)),
        neverStarted: undefined,
      }),
      ...(isMoved && isSooner && armed),
    };
    // The item failed already: keep the first failure (P4).
    const next = failed && seen.state !== 'failed' ? failedItem(changed, failed, instant(now)) : changed;
    if (await items.replace(next, seen.revision)) {
      // The timer of a failed item stays armed: if the report is lost, the timer makes it.
      if (next.state === 'failed') await tell(service, next);
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

async function tell(service: Service, failed: ItemRecord): Promise<void> {
  const record = { ...failed, revision: failed.revision + 1 };
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
