import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { IncidentArchive } from '../core/aws/registry/incident-archive.ts';
import { OpenIncidents } from '../core/aws/registry/open-incidents.ts';
import { connectRegistryTable } from '../core/aws/registry/workflows.ts';
import { acknowledgeIncidentContract } from '../core/contract/incident.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { visibleWorkflows } from '../core/model/access/permission.ts';
import { environments } from '../core/names/environment.ts';
import {
  type AcknowledgeService,
  acknowledgeIncident,
} from '../core/operations/incidents/acknowledge-incident.ts';
import type { Running } from '../core/running.ts';

export function create(service: AcknowledgeService & { audit: AuditLog } & Running) {
  return httpFunction(acknowledgeIncidentContract, service, async ({ path, body, caller, note }) => {
    const by = caller.by;
    // The caller has the scope, and a token's scopes are for all the workflows that it can see.
    const visible = visibleWorkflows(caller);
    const json = await acknowledgeIncident(service, { ...path, request: body, by, visible, note });
    return { status: 200, json };
  });
}

export const handler = onLambda(environments['acknowledge-incident'], (environment, running) => {
  const { client, name } = connectRegistryTable(environment, running.clock);
  return create({
    ...running,
    archive: new IncidentArchive(client, name),
    incidents: new OpenIncidents(client, name, running.clock),
    audit: new AuditLog(client, name, running.clock),
  });
});
