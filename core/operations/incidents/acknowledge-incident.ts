import type { Note } from '../../aws/registry/audit-log.ts';
import type { AcknowledgeRequest, Incident } from '../../contract/incident.ts';
import { instant } from '../../contract/time.ts';
import { type IncidentRecord, withEntry } from '../../model/incident/incident-record.ts';
import { countsKnown, incidentView, isResolved, noCounts } from '../../model/incident/incident-view.ts';
import { isAcknowledged } from '../../model/incident/pacing.ts';
import type { Ports } from '../../ports.ts';
import { contended, ProblemError } from '../../problem-error.ts';
import { findIncident } from './find-incident.ts';

interface Acknowledging {
  incident: string;
  request: AcknowledgeRequest;
  by: string;
  visible: readonly string[];
  note: Note;
}

const mostTries = 8;

/**
 * Records that somebody works on an incident: no reminders are sent until it becomes worse than it is known to be
 * now. A repeat changes nothing (P4). Throws a 404 problem if no workflow that `visible` covers has this incident, a
 * 409 problem if the incident is resolved.
 */
export async function acknowledgeIncident(
  service: Pick<Ports, 'incidents' | 'clock' | 'log'>,
  { incident: id, request, by, visible, note }: Acknowledging,
): Promise<Incident> {
  const { incidents, clock } = service;
  for (let tries = 0; tries < mostTries; tries++) {
    const seen = await findIncident(service, id, visible);
    if (isResolved(seen)) {
      throw new ProblemError(
        'incident-resolved',
        `incident ${id} was resolved at ${seen.resolvedAt}; there is nothing left to acknowledge`,
      );
    }
    const { overdue, failed } = countsKnown(seen) ?? noCounts;
    if (isRepeat(seen, by, request.note)) return incidentView(seen);
    const at = instant(clock.now());
    const said = { by, ...(request.note !== undefined && { note: request.note }) };
    const acknowledged = { at, ...said, overdue, failed };
    const entry = { at, event: 'acknowledged' as const, ...said };
    await note({ action: 'incident-acknowledged', subject: id, workflow: seen.workflow });
    if (await incidents.open.change(seen, { acknowledged }, entry)) {
      return incidentView({ ...seen, acknowledged, timeline: withEntry(seen.timeline, entry) });
    }
  }
  throw contended(`incident ${id}`);
}

function isRepeat(seen: IncidentRecord, by: string, note: string | undefined): boolean {
  const holds = isAcknowledged(seen, countsKnown(seen) ?? noCounts);
  return holds && seen.acknowledged?.by === by && seen.acknowledged.note === note;
}
