import type { ItemRecord } from './item-record.ts';

/** The item as failed at `at`, ISO 8601, still to be reported. One that was overdue before is breached since then. */
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
