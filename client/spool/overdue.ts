import type { ItemOperation, ItemResult } from './spool.ts';

/**
 * Whether an item that was registered from the spool was past its deadline when the registration arrived.
 *
 * @param sent the operation as it was sent, with the time that it was kept
 * @param now by the clock of this machine, in ms since the epoch
 */
export function isOverdueOnArrival(sent: ItemOperation, result: ItemResult, now: number): boolean {
  if (sent.op !== 'register' || !('outcome' in result) || !('deadline' in result)) return false;
  // A repeat whose first reply was lost may find an item that the warden has checked already. If the warden has not
  // checked the item yet, the item was registered earlier, and how late that was is unknown.
  if (result.state !== 'waiting') return result.state === 'overdue';
  if (result.outcome !== 'created' && result.outcome !== 'restarted') return false;
  // By the clock of the warden, which says when the item started only to callers who may read items.
  const arrived =
    result.startedAt === undefined ? now : Date.parse(result.startedAt) + (sent.age ?? 0) * 1_000;
  return Date.parse(result.deadline) <= arrived;
}
