import type { IncidentCounts } from '../../contract/incident.ts';
import { instant } from '../../contract/time.ts';
import { type IncidentRecord, slotOf, withEntry } from '../../model/incident/incident-record.ts';
import { incidentKinds } from '../../model/incident/kinds.ts';
import { noOutcomes, noSummaries } from '../../model/incident/notification.ts';
import { isSilenced, type WorkflowRecord } from '../../model/workflow/workflow-record.ts';
import type { Ports } from '../../ports.ts';
import { publishNotification } from './publish-notification.ts';

type Service = Pick<Ports, 'registry' | 'incidents' | 'outcomes' | 'notifications' | 'clock'>;

/**
 * Ends an incident, unless somebody has reported to it since the snapshot. The incident is copied before it is
 * removed, so a crash at any point leaves either an open incident or a copy, from which `finishEnding` continues
 * (docs/adr/0012).
 */
export async function endIncident(
  service: Service,
  incident: IncidentRecord,
  counts: IncidentCounts,
): Promise<void> {
  const resolvedAt = instant(service.clock.now());
  const outcomes = await service.outcomes.read(incident.id);
  const entry = { at: resolvedAt, event: 'resolved' as const, counts, outcomes };
  const ended = {
    ...incident,
    resolvedAt,
    endCounts: counts,
    endOutcomes: outcomes,
    timeline: withEntry(incident.timeline, entry),
  };
  await service.incidents.ending.put(ended);
  await finishEnding(service, ended);
}

/**
 * Completes the end of an incident, from whatever step it had reached.
 *
 * 1. Remove the open incident if it still has the revision that was decided on. If somebody has reported to it since,
 *    the incident has not ended: remove the copy.
 * 2. Notify people, if they were notified that the incident was opened.
 * 3. Keep the incident among the past ones and remove the copy. Record when it ended, for the end of the next
 *    incident.
 */
export async function finishEnding(service: Service, ended: IncidentRecord): Promise<void> {
  const { incidents, registry, clock } = service;
  await incidents.open.remove(ended);
  const open = await incidents.open.read(ended.workflow, ended.incidentKind);
  if (open?.id !== ended.id) {
    const workflow = await registry.readOrUnreadable(ended.workflow);
    // If the settings cannot be read, notify people by the default settings rather than not at all.
    const readable = workflow && !('error' in workflow) ? workflow : undefined;
    const told = await tellEnd(service, ended, readable, clock.now());
    await incidents.past.put(told);
    const { resolvedAt = instant(clock.now()), round = 0 } = ended;
    await incidents.lastEnds.put(slotOf(ended.workflow, ended.incidentKind), { resolvedAt, round });
  }
  await incidents.ending.remove(ended);
}

/**
 * Notifies people and returns the incident with the notification recorded. If people were not notified of the
 * beginning, they are not notified of the end.
 */
async function tellEnd(
  service: Service,
  ended: IncidentRecord,
  workflow: WorkflowRecord | undefined,
  now: number,
): Promise<IncidentRecord> {
  if (ended.notified === 0 || !incidentKinds[ended.incidentKind].isEndNotified || isSilenced(workflow, now))
    return ended;
  const counts = ended.endCounts ?? { overdue: 0, failed: 0 };
  const outcomes = ended.endOutcomes ?? noOutcomes;
  const severity = workflow?.settings?.severity;
  const told = { event: 'resolved' as const, counts, outcomes, summaries: noSummaries, severity };
  const { id, event, at } = await publishNotification(service, ended, told);
  const entry = { at, event: 'notified' as const, notification: { id, event } };
  return {
    ...ended,
    notified: ended.notified + 1,
    notifiedAt: at,
    timeline: withEntry(ended.timeline, entry),
  };
}
