import type { IncidentCounts, SentNotification } from '../../contract/incident.ts';
import { instant } from '../../contract/time.ts';
import { type IncidentRecord, slotOf, withEntry } from '../../model/incident/incident-record.ts';
import { incidentKinds } from '../../model/incident/kinds.ts';
import { aboutOf, noOutcomes, noSummaries } from '../../model/incident/notification.ts';
import { isSilenced, type WorkflowRecord } from '../../model/workflow/workflow-record.ts';
import type { Ports } from '../../ports.ts';
import type { HeldBack } from './held-back.ts';
import { publishNotification } from './publish-notification.ts';

type Service = Pick<Ports, 'registry' | 'incidents' | 'outcomes' | 'notifications' | 'budget' | 'clock'>;

/**
 * Ends an incident, unless somebody has reported to it since the snapshot. The incident is copied before it is
 * removed, so a crash at any point leaves either an open incident or a copy, from which `finishEnding` continues
 * (docs/adr/0012).
 */
export async function endIncident(
  service: Service,
  incident: IncidentRecord,
  counts: IncidentCounts,
  held: HeldBack,
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
  await finishEnding(service, ended, held);
}

/**
 * Completes the end of an incident, from whatever step it had reached.
 *
 * 1. Remove the open incident if it still has the revision that was decided on. If somebody has reported to it since,
 *    the incident has not ended: remove the copy.
 * 2. Notify people, if they were notified that the incident was opened.
 *    If the budget holds the notification back, stop here: the digest of the sweep continues.
 * 3. Keep the incident among the past ones and remove the copy. Record when it ended, for the end of the next
 *    incident.
 */
export async function finishEnding(service: Service, ended: IncidentRecord, held: HeldBack): Promise<void> {
  const { incidents, registry, clock } = service;
  await incidents.open.remove(ended);
  const open = await incidents.open.read(ended.workflow, ended.incidentKind);
  if (open?.id === ended.id) {
    await incidents.ending.remove(ended);
    return;
  }
  const workflow = await registry.readOrUnreadable(ended.workflow);
  // If the settings cannot be read, notify people by the default settings rather than not at all.
  const readable = workflow && !('error' in workflow) ? workflow : undefined;
  if (!isEndTold(ended, readable, clock.now())) return keep(service, ended);
  const facts = {
    event: 'resolved' as const,
    counts: ended.endCounts ?? { overdue: 0, failed: 0 },
    outcomes: ended.endOutcomes ?? noOutcomes,
    ...aboutOf(readable?.settings),
  };
  if (!(await service.budget.take('notification'))) {
    // Until the digest is sent, the copy stays among the ending incidents, where the next sweep finds it.
    held.hold({ incident: ended, facts }, ({ digest, at }) =>
      keep(service, withEndTold(ended, { id: digest, event: 'digest' }, at)),
    );
    return;
  }
  const { id, event, at } = await publishNotification(service, ended, { ...facts, summaries: noSummaries });
  await keep(service, withEndTold(ended, { id, event }, at));
}

/** If people were not notified of the beginning, they are not notified of the end. */
function isEndTold(ended: IncidentRecord, workflow: WorkflowRecord | undefined, now: number): boolean {
  return ended.notified > 0 && incidentKinds[ended.incidentKind].isEndNotified && !isSilenced(workflow, now);
}

function withEndTold(ended: IncidentRecord, notification: SentNotification, at: string): IncidentRecord {
  const entry = { at, event: 'notified' as const, notification };
  return {
    ...ended,
    notified: ended.notified + 1,
    notifiedAt: at,
    timeline: withEntry(ended.timeline, entry),
  };
}

/** The last step of an end: keeps the incident among the past ones. */
async function keep({ incidents, clock }: Service, ended: IncidentRecord): Promise<void> {
  await incidents.past.put(ended);
  const { resolvedAt = instant(clock.now()), round = 0 } = ended;
  await incidents.lastEnds.put(slotOf(ended.workflow, ended.incidentKind), { resolvedAt, round });
  await incidents.ending.remove(ended);
}
