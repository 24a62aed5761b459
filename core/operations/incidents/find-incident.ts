import type { IncidentArchive } from '../../aws/registry/incident-archive.ts';
import { errorFields, type Log } from '../../log.ts';
import { covers } from '../../model/access/permission.ts';
import type { IncidentRecord } from '../../model/incident/incident-record.ts';
import type { Ports } from '../../ports.ts';
import { ProblemError } from '../../problem-error.ts';

/**
 * The incident with this id, wherever it is. Throws a 404 problem when there is none, and no other one when it is of
 * a workflow that `visible` does not cover: the answer must not tell that there is one.
 */
export async function findIncident(
  { archive, log }: Pick<Ports, 'archive' | 'log'>,
  id: string,
  visible: readonly string[],
): Promise<IncidentRecord> {
  // In the order in which it moves, so that it cannot pass by.
  const incident =
    (await findOpen(archive, id, log)) ??
    (await archive.read('ending-incident', id)) ??
    (await archive.read('incident', id));
  if (incident && covers(visible, incident.workflow)) return incident;
  throw new ProblemError('incident-not-found', `there is no incident ${id}`);
}

/** Open ones are kept by their workflow. There are few: one of a kind for each workflow at most. */
async function findOpen(archive: IncidentArchive, id: string, log: Log): Promise<IncidentRecord | undefined> {
  for await (const incident of archive.all('open-incident')) {
    if ('error' in incident) {
      log.error('record cannot be read', { incident: incident.name, ...errorFields(incident.error) });
    } else if (incident.id === id) {
      return incident;
    }
  }
  return undefined;
}
