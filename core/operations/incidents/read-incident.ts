import type { Incident } from '../../contract/incident.ts';
import { incidentView } from '../../model/incident/incident-view.ts';
import type { Ports } from '../../ports.ts';
import { findIncident } from './find-incident.ts';
import { incidentNow } from './incident-now.ts';

/**
 * An incident with its timeline, and with its current counts while it is open. Throws a 404 problem if no workflow that
 * `visible` covers has this incident.
 */
export async function readIncident(
  service: Pick<Ports, 'items' | 'registry' | 'incidents' | 'outcomes' | 'log'>,
  { incident, visible }: { incident: string; visible: readonly string[] },
): Promise<Incident> {
  const found = await findIncident(service, incident, visible);
  return incidentView(found, await incidentNow(service, found));
}
