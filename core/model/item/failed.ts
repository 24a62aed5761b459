import type { ItemRecord } from './item-record.ts';

/** The failure of an item whose redrive message SNS rejected. */
export const notDelivered = {
  reason: 'the redrive could not deliver the item',
  type: 'redrive-not-delivered',
};

/**
 * The item as failed at `at`, ISO 8601, and not yet reported. If it was overdue before, it remains breached since
 * then.
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
    breachedAt: record.breachedAt ?? at,
    reportedAt: undefined,
    updatedAt: at,
  };
}
