import type { OutcomeTally } from '../../aws/registry/outcome-tally.ts';
import type { Timers } from '../../aws/timers.ts';
import type { CompleteReply } from '../../contract/item.ts';
import { instant } from '../../contract/time.ts';
import { itemEvent } from '../../model/item/item-event.ts';
import type { ItemRecord } from '../../model/item/item-record.ts';
import { contended } from '../../problem-error.ts';
import { type ReportService, reportOne } from '../incidents/report.ts';
import { checkPreconditions, itemNotFound, mostTries, type Preconditions } from './preconditions.ts';

export interface CompleteService extends ReportService {
  timers: Timers;
  outcomes: OutcomeTally;
}

export interface CompleteInput {
  workflow: string;
  item: string;
  only: Preconditions;
}

/**
 * Ends the watch of an item and erases its data. One conditional delete decides between this and its expiry (P2).
 *
 * An item that is overdue or failed already ends late: nobody forgets it before people are told of it (P3), machines
 * are told that it is late, and its incident counts it.
 *
 * Throws a 404 problem when there is no such item, a 412 one when it is in another attempt or run.
 */
export async function complete(
  service: CompleteService,
  { workflow, item, only }: CompleteInput,
): Promise<CompleteReply> {
  const { items, timers, clock } = service;
  for (let tries = 0; tries < mostTries; tries++) {
    const now = clock.now();
    const removed = await items.removeWaiting(workflow, item, only);
    if (removed) {
      await timers.disarm(removed.timer);
      return completion(removed, now);
    }
    const seen = await items.read(workflow, item);
    if (seen === undefined) throw itemNotFound(workflow, item);
    checkPreconditions(seen, only);
    if (seen.state === 'waiting') continue;
    if (seen.reportedAt === undefined) {
      // Whoever marked it has not told anyone yet, or never will: a crash came between.
      await reportOne(service, seen);
    } else if (await completeLate(service, seen, now)) {
      return completion(seen, now);
    }
  }
  throw contended(`item "${item}"`);
}

/** The event before the removal: after it nothing would be left to tell of, should this crash. */
async function completeLate(
  { items, timers, itemEvents, outcomes }: CompleteService,
  seen: ItemRecord,
  now: number,
): Promise<boolean> {
  const refused = await itemEvents.publish([itemEvent('item.late', seen, instant(now))]);
  for (const error of refused.values()) throw error;
  if (!(await items.removeSeen(seen))) return false;
  await timers.disarm(seen.timer);
  if (seen.incident !== undefined) await outcomes.add(seen.incident, seen.item, 'completedLate');
  return true;
}

/** Late is what was reported, or is past its deadline though nobody has noticed yet. */
function completion(removed: ItemRecord, now: number): CompleteReply {
  const lateByMs = now - Date.parse(removed.deadline);
  return {
    outcome: removed.state !== 'waiting' || lateByMs > 0 ? 'late' : 'on-time',
    attempt: removed.attempt,
    tookMs: Math.max(0, now - Date.parse(removed.startedAt)),
    ...(lateByMs > 0 && { lateByMs }),
  };
}
