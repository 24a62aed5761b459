import { ItemsTable } from '../core/aws/items/table.ts';
import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { incidents } from '../core/aws/registry/incidents/incidents.ts';
import { OutcomeTally } from '../core/aws/registry/outcome-tally.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { acknowledgeIncidentContract } from '../core/contract/incident.ts';
import { serve } from '../core/lambda/serve.ts';
import { acknowledgeIncident } from '../core/operations/incidents/acknowledge-incident.ts';

export const { create, handler } = serve(
  acknowledgeIncidentContract,
  { items: ItemsTable, registry: RegistryTable, incidents, outcomes: OutcomeTally, audit: AuditLog },
  async (service, { path, body, caller, note }) => {
    const json = await acknowledgeIncident(service, {
      ...path,
      request: body,
      by: caller.by,
      byName: caller.byName,
      // The caller has the scope, and a token's scopes are for all the workflows that it can see.
      visible: caller.visible,
      note,
    });
    return { status: 200, json };
  },
);
