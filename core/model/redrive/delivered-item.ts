import { instant } from '../../contract/time.ts';
import type { ItemRecord } from '../item/item-record.ts';

/**
 * The item after an upstream service has accepted the message of its attempt at `at`, ISO 8601. A waiting item has its
 * whole timeout from then on, unless the upstream service has set a deadline already. An overdue or failed item counts
 * as breached since then, so that an automatic redrive leaves the upstream service as much time as after any other
 * breach.
 */
export function deliveredItem(record: ItemRecord, at: string): ItemRecord {
  const taken = { ...record, taken: true, updatedAt: at };
  if (record.state !== 'waiting') return { ...taken, breachedAt: at };
  if (record.timeoutMs === undefined || record.deadlineSetAt !== record.startedAt) return taken;
  const deadline = instant(Date.parse(at) + record.timeoutMs);
  return deadline > record.deadline ? { ...taken, deadline, deadlineSetAt: at } : taken;
}
