import type { ItemRecord } from './item-record.ts';
import { isNotStarted } from './not-started.ts';

/** The failure of an item whose redrive message SNS rejected. */
export const notDelivered = {
  reason: 'the redrive could not deliver the item',
  type: 'redrive-not-delivered',
};

/**
 * The item as failed at `at`, ISO 8601, and not yet reported. If it was overdue before, it remains breached since
 * then. An item that was not started in time is breached since `at`: an automatic redrive waits from here on.
 */
export function failedItem(
  record: ItemRecord,
  failure: { reason: string; type?: string | undefined },
  at: string,
): ItemRecord {
  return {
    ...record,
    state: 'failed',
    failure: { ...failure, at },
    breachedAt: record.state === 'overdue' && !isNotStarted(record) ? (record.breachedAt ?? at) : at,
    reportedAt: undefined,
    updatedAt: at,
  };
}
