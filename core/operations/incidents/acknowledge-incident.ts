import type { Note } from '../../aws/registry/audit-log.ts';
import type { AcknowledgeRequest, Incident } from '../../contract/incident.ts';
import { instant } from '../../contract/time.ts';
import { isAcknowledged } from '../../model/incident/acknowledgement.ts';
import { type IncidentRecord, withEntry } from '../../model/incident/incident-record.ts';
import { type IncidentNow, incidentView, isResolved, noCounts } from '../../model/incident/incident-view.ts';
import type { Ports } from '../../ports.ts';
import { contended, ProblemError } from '../../problem-error.ts';
import { findIncident } from './find-incident.ts';
import { incidentNow } from './incident-now.ts';

interface Acknowledging {
  incident: string;
  request: AcknowledgeRequest;
  by: string;
  /** The name of the token, if the caller has one. */
  byName?: string | undefined;
  visible: readonly string[];
  note: Note;
}

const mostTries = 8;

/**
 * Records that somebody works on an incident: no reminders are sent until further items are breached. A repeat changes
 * nothing (P4). Throws a 404 problem if no workflow that `visible` covers has this incident, a 409 problem if the
 * incident is resolved.
 */
export async function acknowledgeIncident(
  service: Pick<Ports, 'items' | 'registry' | 'incidents' | 'outcomes' | 'clock' | 'log'>,
  { incident: id, request, by, byName, visible, note }: Acknowledging,
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
    const at = instant(clock.now());
    const now = await incidentNow(service, seen);
    const { overdue, failed, notStarted } = now?.counts ?? noCounts;
    if (isRepeat(seen, now, by, request.note)) return incidentView(seen, now);
    const said = {
      by,
      ...(byName !== undefined && { byName }),
      ...(request.note !== undefined && { note: request.note }),
    };
    const acknowledged = {
      at,
      ...said,
      overdue,
      failed,
      ...(notStarted !== undefined && { notStarted }),
    };
    const entry = { at, event: 'acknowledged' as const, ...said };
    await note({ action: 'incident-acknowledged', subject: id, workflow: seen.workflow });
    if (await incidents.open.change(seen, { acknowledged }, entry)) {
      return incidentView({ ...seen, acknowledged, timeline: withEntry(seen.timeline, entry) }, now);
    }
  }
  throw contended(`incident ${id}`);
}

function isRepeat(
  seen: IncidentRecord,
  now: IncidentNow | undefined,
  by: string,
  note: string | undefined,
): boolean {
  const holds = isAcknowledged(seen, now?.counts ?? noCounts);
  return holds && seen.acknowledged?.by === by && seen.acknowledged.note === note;
}
