import type { IncidentCounts, SentNotification, TimelineEntry } from '../../contract/incident.ts';
import { instant } from '../../contract/time.ts';
import { type IncidentRecord, slotOf, withEntry } from '../../model/incident/incident-record.ts';
import { aboutOf, noOutcomes, noSummaries } from '../../model/incident/notification.ts';
import { isSilenced } from '../../model/workflow/workflow-record.ts';
import type { Ports } from '../../ports.ts';
import type { HeldBack } from './held-back.ts';
import { publishNotification } from './notify-people.ts';

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
  silenced: boolean,
  held: HeldBack,
): Promise<void> {
  const resolvedAt = instant(service.clock.now());
  const outcomes = await service.outcomes.read(incident.id);
  const hasSilenceEnded = incident.heldBack === true && !silenced;
  const entries: TimelineEntry[] = [
    ...(hasSilenceEnded ? [{ at: resolvedAt, event: 'silence-ended' as const }] : []),
    { at: resolvedAt, event: 'resolved', counts, outcomes },
  ];
  const ended = {
    ...incident,
    resolvedAt,
    endCounts: counts,
    endOutcomes: outcomes,
    ...(hasSilenceEnded && { heldBack: false }),
    timeline: entries.reduce(withEntry, incident.timeline),
  };
  await service.incidents.ending.put(ended);
  await finishEnding(service, ended, held);
}

/**
 * Completes the end of an incident, from any step that it had reached.
 *
 * 1. Remove the open incident if it still has the revision that was decided on. If somebody has reported to it since,
 *    the incident has not ended: remove the copy.
 * 2. Record when it ended, for the end of the next incident.
 * 3. Notify people, if they were notified that the incident was opened. During a silence stop here: the copy waits, and
 *    the sweep continues from it when the silence has ended. Meanwhile the next incident can open. If the budget holds the
 *    notification back, stop here too: the digest of the sweep continues.
 * 4. Keep the incident among the past incidents and remove the copy.
 */
export async function finishEnding(service: Service, ended: IncidentRecord, held: HeldBack): Promise<void> {
  const { incidents, registry, clock } = service;
  await incidents.open.remove(ended);
  const open = await incidents.open.read(ended.workflow, ended.incidentKind);
  if (open?.id === ended.id) {
    await incidents.ending.remove(ended);
    return;
  }
  await recordEnd(service, ended);
  // If people were not notified that the incident was opened, they are not notified that it is resolved.
  if (ended.notified === 0) return keep(service, ended);
  const workflow = await registry.readOrUnreadable(ended.workflow);
  // If the settings cannot be read, notify people by the default settings rather than not at all.
  const readable = workflow && !('error' in workflow) ? workflow : undefined;
  if (isSilenced(readable, clock.now())) {
    if (!ended.heldBack) await incidents.ending.put({ ...ended, heldBack: true });
    return;
  }
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
  const told = { ...facts, summaries: noSummaries, silenceEnded: ended.heldBack === true };
  const { id, event, at } = await publishNotification(service, ended, told);
  await keep(service, withEndTold(ended, { id, event }, at));
}

/** The end of the last incident of its kind: the next incident may be the same trouble. */
async function recordEnd({ incidents, clock }: Service, ended: IncidentRecord): Promise<void> {
  const { resolvedAt = instant(clock.now()), round = 0, workflow, incidentKind } = ended;
  const slot = slotOf(workflow, incidentKind);
  const last = await incidents.lastEnds.read(slot);
  // An end that waited for the end of a silence may be older than the recorded one.
  if (last === undefined || last.resolvedAt < resolvedAt) {
    await incidents.lastEnds.put(slot, { resolvedAt, round });
  }
}

function withEndTold(ended: IncidentRecord, notification: SentNotification, at: string): IncidentRecord {
  const entries: TimelineEntry[] = [
    ...(ended.heldBack ? [{ at, event: 'silence-ended' as const }] : []),
    { at, event: 'notified', notification },
  ];
  return {
    ...ended,
    notified: ended.notified + 1,
    notifiedAt: at,
    timeline: entries.reduce(withEntry, ended.timeline),
  };
}

/** The last step of an end: keeps the incident among the past incidents. */
async function keep({ incidents }: Service, ended: IncidentRecord): Promise<void> {
  await incidents.past.put(ended);
  await incidents.ending.remove(ended);
}
