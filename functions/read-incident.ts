import { IncidentArchive } from '../core/aws/registry/incident-archive.ts';
import { readIncidentContract } from '../core/contract/incident.ts';
import { serve } from '../core/lambda/serve.ts';
import { visibleWorkflows } from '../core/model/access/permission.ts';
import { readIncident } from '../core/operations/incidents/read-incident.ts';

export const { create, handler } = serve(
  readIncidentContract,
  { archive: IncidentArchive },
  async (service, { path, caller }) => ({
    status: 200,
    json: await readIncident(service, { ...path, visible: visibleWorkflows(caller) }),
  }),
);
