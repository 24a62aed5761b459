import { ItemsTable } from '../core/aws/items/table.ts';
import { incidents } from '../core/aws/registry/incidents/incidents.ts';
import { OutcomeTally } from '../core/aws/registry/outcome-tally.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { readIncidentContract } from '../core/contract/incident.ts';
import { serve } from '../core/lambda/serve.ts';
import { readIncident } from '../core/operations/incidents/read-incident.ts';

export const { create, handler } = serve(
  readIncidentContract,
  { items: ItemsTable, registry: RegistryTable, incidents, outcomes: OutcomeTally },
  async (service, { path, caller }) => ({
    status: 200,
    json: await readIncident(service, { ...path, visible: caller.visible }),
  }),
);
