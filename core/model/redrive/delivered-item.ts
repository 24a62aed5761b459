import { instant } from '../../contract/time.ts';
import type { ItemRecord } from '../item/item-record.ts';

/**
 * The item once the message of its attempt was taken, at `at`, ISO 8601. A waiting item has all of its time from then on,
 * unless its upstream has set a deadline already. One that is overdue or failed counts as breached since then, so that
 * an automatic redrive leaves the upstream as much time as after any other breach.
 */
export function deliveredItem(record: ItemRecord, at: string): ItemRecord {
  const taken = { ...record, taken: true, updatedAt: at };
  if (record.state !== 'waiting') return { ...taken, breachedAt: at };
  if (record.timeoutMs === undefined || record.deadlineSetAt !== record.startedAt) return taken;
  const deadline = instant(Date.parse(at) + record.timeoutMs);
  return deadline > record.deadline ? { ...taken, deadline, deadlineSetAt: at } : taken;
}
