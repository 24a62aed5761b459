import { IncidentArchive } from '../core/aws/registry/incident-archive.ts';
import { connectRegistryTable } from '../core/aws/registry/workflows.ts';
import { listIncidentsContract } from '../core/contract/incident.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { requirePermission, visibleWorkflows } from '../core/model/access/permission.ts';
import { environments } from '../core/names/environment.ts';
import { type ListIncidentsService, listIncidents } from '../core/operations/incidents/list-incidents.ts';
import type { Running } from '../core/running.ts';

export function create(service: ListIncidentsService & Running) {
  return httpFunction(listIncidentsContract, service, async ({ query, caller }) => {
    requirePermission(caller, 'read', query.workflow);
    return { status: 200, json: await listIncidents(service, { query, visible: visibleWorkflows(caller) }) };
  });
}

export const handler = onLambda(environments['list-incidents'], (environment, running) => {
  const { client, name } = connectRegistryTable(environment, running.clock);
  return create({ ...running, archive: new IncidentArchive(client, name) });
});
