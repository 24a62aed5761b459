import { IncidentArchive } from '../core/aws/incident-archive.ts';
import { connectRegistryTable } from '../core/aws/registry-table.ts';
import { listIncidentsContract } from '../core/contract/incident-operations.ts';
import { environments } from '../core/environment.ts';
import { onLambda, type Running } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { type ListIncidentsService, listIncidents } from '../core/operations/list-incidents.ts';
import { requirePermission, visibleWorkflows } from '../core/rules/permission.ts';

export function create(service: ListIncidentsService & Running) {
  return httpFunction('list-incidents', listIncidentsContract, service, async ({ query, caller }) => {
    requirePermission(caller, 'read', query.workflow);
    return { status: 200, json: await listIncidents(service, { query, visible: visibleWorkflows(caller) }) };
  });
}

export const handler = onLambda(environments['list-incidents'], (environment, running) => {
  const { client, name } = connectRegistryTable(environment, running.clock);
  return create({ ...running, archive: new IncidentArchive(client, name) });
});
