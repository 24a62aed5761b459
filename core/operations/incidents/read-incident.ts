import type { Incident } from '../../contract/incident.ts';
import { incidentView } from '../../model/incident/incident-view.ts';
import type { Ports } from '../../ports.ts';
import { findIncident } from './find-incident.ts';

/** An incident with its timeline. Throws a 404 problem if no workflow that `visible` covers has this incident. */
export async function readIncident(
  service: Pick<Ports, 'incidents' | 'log'>,
  { incident, visible }: { incident: string; visible: readonly string[] },
): Promise<Incident> {
  return incidentView(await findIncident(service, incident, visible));
}
