import type { IncidentCounts } from '../../contract/incident.ts';
import type { IncidentRecord } from './incident-record.ts';

/**
 * An acknowledgement holds until something is breached after it: an item that was not in the incident before, or so
 * many resumed items that more items are breached now than at the acknowledgement. A report alone does not end it: the
 * items may have been breached before it.
 */
export function isAcknowledged(
  { acknowledged, markedAt = '', newestAt = '' }: IncidentRecord,
  counts: IncidentCounts,
): boolean {
  if (acknowledged === undefined || newestAt > acknowledged.at) return false;
  return !(breachedIn(counts) > breachedIn(acknowledged) && markedAt > acknowledged.at);
}

function breachedIn({
  overdue,
  failed,
  notStarted = 0,
}: Pick<IncidentCounts, 'overdue' | 'failed' | 'notStarted'>): number {
  return overdue + failed + notStarted;
}

/** The acknowledgement that ended since the last notification, so that the next notification says so. */
export function newlyLapsed({ lapsed, notifiedAt = '' }: IncidentRecord): IncidentRecord['lapsed'] {
  return lapsed && lapsed.endedAt > notifiedAt ? lapsed : undefined;
}
