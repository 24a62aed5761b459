import { incidents } from '../core/aws/registry/incidents/incidents.ts';
import { listIncidentsContract } from '../core/contract/incident.ts';
import { serve } from '../core/lambda/serve.ts';
import { requirePermission } from '../core/model/access/permission.ts';
import { listIncidents } from '../core/operations/incidents/list-incidents.ts';

export const { create, handler } = serve(
  listIncidentsContract,
  { incidents },
  async (service, { query, caller }) => {
    requirePermission(caller, 'read', query.workflow);
    return { status: 200, json: await listIncidents(service, { query, visible: caller.visible }) };
  },
);
