import type { IncidentCounts } from '../../contract/incident.ts';
import { notificationText } from '../../contract/notification-text.ts';
import { instant } from '../../contract/time.ts';
import { type IncidentRecord, slotOf, withEntry } from '../../model/incident/incident-record.ts';
import { incidentKinds } from '../../model/incident/kinds.ts';
import { noOutcomes, noSummaries, notificationOf } from '../../model/incident/notification.ts';
import { isSilenced, type WorkflowRecord } from '../../model/workflow/workflow-record.ts';
import type { Ports } from '../../ports.ts';

type Service = Pick<Ports, 'registry' | 'archive' | 'outcomes' | 'notifications' | 'clock'>;

/**
 * Ends an incident, unless somebody has reported to it since it was seen. It is copied before it is removed, so that
 * a crash at any place leaves either an incident that is still open or a copy of which `finishEnding` makes the rest
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
  await service.archive.put('ending-incident', ended);
  await finishEnding(service, ended);
}

/**
 * Makes an end complete, from wherever it was left.
 *
 * 1. Remove the open incident in the revision that was decided on. It is still there if somebody has reported to it
 *    since: then it has not ended, and the copy goes.
 * 2. Tell people, if they were told that it was opened.
 * 3. Keep it among the past ones, and forget the copy. Keep when it ended, for the next one's end.
 */
export async function finishEnding(service: Service, ended: IncidentRecord): Promise<void> {
  const { archive, registry, clock } = service;
  await archive.remove('open-incident', ended);
  const open = await archive.read('open-incident', slotOf(ended.workflow, ended.incidentKind));
  if (open?.id !== ended.id) {
    const workflow = await registry.readOrUnreadable(ended.workflow);
    // People are told by the settings of a workflow without any, rather than never.
    const readable = workflow && !('error' in workflow) ? workflow : undefined;
    const told = await tellEnd(service, ended, readable, clock.now());
    await archive.put('incident', told);
    const { resolvedAt = instant(clock.now()), round = 0 } = ended;
    await archive.putLastEnd(slotOf(ended.workflow, ended.incidentKind), { resolvedAt, round });
  }
  await archive.remove('ending-incident', ended);
}

/** Tells people, and gives the incident with that noted. Those who were not told that it began need not know. */
async function tellEnd(
  { notifications }: Service,
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
  const notification = notificationOf(ended, told, now);
  await notifications.publish(notification, notificationText(notification));
  const { id, event, at } = notification;
  const entry = { at, event: 'notified' as const, notification: { id, event } };
  return {
    ...ended,
    notified: ended.notified + 1,
    notifiedAt: at,
    timeline: withEntry(ended.timeline, entry),
  };
}
