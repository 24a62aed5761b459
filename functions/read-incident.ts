import { incidents } from '../core/aws/registry/incidents/incidents.ts';
import { readIncidentContract } from '../core/contract/incident.ts';
import { serve } from '../core/lambda/serve.ts';
import { visibleWorkflows } from '../core/model/access/permission.ts';
import { readIncident } from '../core/operations/incidents/read-incident.ts';

export const { create, handler } = serve(
  readIncidentContract,
  { incidents },
  async (service, { path, caller }) => ({
    status: 200,
    json: await readIncident(service, { ...path, visible: visibleWorkflows(caller) }),
  }),
);
