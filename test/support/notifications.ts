import type { Notification } from '../../core/contract/notification.ts';
import type { IncidentRecord } from '../../core/model/incident/incident-record.ts';
import { summarise } from '../../core/model/incident/item-summary.ts';
import {
  type NotificationFacts,
  noOutcomes,
  notificationOf,
} from '../../core/model/incident/notification.ts';
import type { ItemRecord } from '../../core/model/item/item-record.ts';
import { incidentRecord } from './incident-record.ts';
import { itemRecord } from './item-record.ts';

const now = Date.parse('2026-03-01T12:05:00.000Z');

/** A notification of one overdue item, unless there are others. */
export function notification(
  facts: Partial<NotificationFacts> = {},
  incident: Partial<IncidentRecord> = {},
  records: readonly ItemRecord[] = [itemRecord({ state: 'overdue' })],
): Notification {
  return notificationOf(
    incidentRecord(incident),
    {
      event: 'opened',
      counts: { overdue: records.length, failed: 0 },
      outcomes: noOutcomes,
      summaries: summarise(records, records.length, now),
      ...facts,
    },
    now,
  );
}
