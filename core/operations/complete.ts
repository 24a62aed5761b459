import type { ItemsTable } from '../aws/items-table.ts';
import type { Notifications } from '../aws/notifications.ts';
import type { Timers } from '../aws/timers.ts';
import type { Clock } from '../clock.ts';
import type { CompleteReply } from '../contract/item.ts';
import { contended } from '../problem-error.ts';
import type { ItemRecord } from '../records/item-record.ts';
import { checkPreconditions, itemNotFound, mostTries, type Preconditions } from './preconditions.ts';
import { reportOne } from './report.ts';

export interface CompleteService {
  items: ItemsTable;
  timers: Timers;
  notifications: Notifications;
  clock: Clock;
}

export interface CompleteInput {
  workflow: string;
  item: string;
  only: Preconditions;
}

/**
 * Ends the watch of an item and erases its data. One conditional delete decides between this and its expiry (P2).
 * Throws a 404 problem when there is no such item, a 412 one when it is in another attempt or run.
 */
export async function complete(
  service: CompleteService,
  { workflow, item, only }: CompleteInput,
): Promise<CompleteReply> {
  for (let tries = 0; tries < mostTries; tries++) {
    const now = service.clock.now();
    const removed = await service.items.remove(workflow, item, only);
    if (removed) {
      await service.timers.disarm(removed.timer);
      return completion(removed, now);
    }
    const seen = await service.items.read(workflow, item);
    if (seen === undefined) throw itemNotFound(workflow, item);
    checkPreconditions(seen, only);
    // Overdue or failed, but whoever marked it has not told anyone yet, or never will: a crash came between.
    if (seen.state !== 'waiting') await reportOne(service, seen);
  }
  throw contended(`item "${item}"`);
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
