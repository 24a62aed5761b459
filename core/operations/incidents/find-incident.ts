import type { Incidents } from '../../aws/registry/incidents/incidents.ts';
import { covers } from '../../contract/granted.ts';
import { errorFields, type Log } from '../../log.ts';
import type { IncidentRecord } from '../../model/incident/incident-record.ts';
import type { Ports } from '../../ports.ts';
import { ProblemError } from '../../problem-error.ts';

/**
 * The incident with this id, open, ending or past. Throws a 404 problem if there is none. Throws the same problem if
 * no pattern in `visible` covers its workflow: the reply must not reveal that the incident exists.
 */
export async function findIncident(
  { incidents, log }: Pick<Ports, 'incidents' | 'log'>,
  id: string,
  visible: readonly string[],
): Promise<IncidentRecord> {
  // Read in the order in which an incident moves, so that it cannot be missed.
  const incident =
    (await findOpen(incidents, id, log)) ??
    (await incidents.ending.read(id)) ??
    (await incidents.past.read(id));
  if (incident && covers(visible, incident.workflow)) return incident;
  throw new ProblemError('incident-not-found', `there is no incident ${id}`);
}

/** Open incidents are stored under their workflow. There are few: at most one of each kind per workflow. */
async function findOpen(incidents: Incidents, id: string, log: Log): Promise<IncidentRecord | undefined> {
  for await (const incident of incidents.open.all()) {
    if ('error' in incident) {
      log.error('record cannot be read', { incident: incident.name, ...errorFields(incident.error) });
    } else if (incident.id === id) {
      return incident;
    }
  }
  return undefined;
}
