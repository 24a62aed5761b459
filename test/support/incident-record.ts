import { type IncidentRecord, newIncident, slotOf } from '../../core/model/incident/incident-record.ts';

/** An open incident of the workflow uploads without a notification, opened at 2026-03-01T12:00:30Z. */
export function incidentRecord(change: Partial<IncidentRecord> = {}): IncidentRecord {
  const opened = newIncident('uploads', 'overdue', Date.parse('2026-03-01T12:00:30.000Z'));
  const record = { ...opened, id: '0mm7p89qggcxdsuunwre', ...change };
  return { ...record, name: slotOf(record.workflow, record.incidentKind) };
}
