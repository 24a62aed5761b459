import { ItemsTable } from '../core/aws/items/table.ts';
import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { changeWorkflowContract } from '../core/contract/workflow.ts';
import { WorkflowSettings } from '../core/contract/workflow-settings.ts';
import { leastTimeoutSeconds } from '../core/lambda/connect.ts';
import { parsePart } from '../core/lambda/parse-part.ts';
import { serve } from '../core/lambda/serve.ts';
import { changeWorkflow } from '../core/operations/workflows/change-workflow.ts';

export const { create, handler } = serve(
  changeWorkflowContract,
  { items: ItemsTable, registry: RegistryTable, audit: AuditLog, leastTimeoutSeconds },
  async (service, { path, body, note }) => {
    const parse = (settings: unknown) => parsePart(WorkflowSettings, settings);
    return { status: 200, json: await changeWorkflow(service, { ...path, change: body, note }, parse) };
  },
);
