import { IncidentArchive } from '../core/aws/registry/incident-archive.ts';
import { connectRegistryTable } from '../core/aws/registry/workflows.ts';
import { readIncidentContract } from '../core/contract/incident.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { visibleWorkflows } from '../core/model/access/permission.ts';
import { environments } from '../core/names/environment.ts';
import type { FindIncidentService } from '../core/operations/incidents/find-incident.ts';
import { readIncident } from '../core/operations/incidents/read-incident.ts';
import type { Running } from '../core/running.ts';

export function create(service: FindIncidentService & Running) {
  return httpFunction(readIncidentContract, service, async ({ path, caller }) => ({
    status: 200,
    json: await readIncident(service, { ...path, visible: visibleWorkflows(caller) }),
  }));
}

export const handler = onLambda(environments['read-incident'], (environment, running) => {
  const { client, name } = connectRegistryTable(environment, running.clock);
  return create({ ...running, archive: new IncidentArchive(client, name) });
});
