import { IncidentArchive } from '../core/aws/incident-archive.ts';
import { connectRegistryTable } from '../core/aws/registry-table.ts';
import { readIncidentContract } from '../core/contract/incident-operations.ts';
import { environments } from '../core/environment.ts';
import { onLambda, type Running } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import type { FindIncidentService } from '../core/operations/find-incident.ts';
import { readIncident } from '../core/operations/read-incident.ts';
import { visibleWorkflows } from '../core/rules/permission.ts';

export function create(service: FindIncidentService & Running) {
  return httpFunction('read-incident', readIncidentContract, service, async ({ path, caller }) => ({
    status: 200,
    json: await readIncident(service, { ...path, visible: visibleWorkflows(caller) }),
  }));
}

export const handler = onLambda(environments['read-incident'], (environment, running) => {
  const { client, name } = connectRegistryTable(environment, running.clock);
  return create({ ...running, archive: new IncidentArchive(client, name) });
});
