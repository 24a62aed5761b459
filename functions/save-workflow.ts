import { ItemsTable } from '../core/aws/items/table.ts';
import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { saveWorkflowContract } from '../core/contract/workflow.ts';
import { leastTimeoutSeconds } from '../core/lambda/connect.ts';
import { serve } from '../core/lambda/serve.ts';
import { saveWorkflow } from '../core/operations/workflows/save-workflow.ts';

export const { create, handler } = serve(
  saveWorkflowContract,
  { items: ItemsTable, registry: RegistryTable, audit: AuditLog, leastTimeoutSeconds },
  async (service, { path, body, note }) => {
    const { created, workflow } = await saveWorkflow(service, { ...path, settings: body, note });
    return { status: created ? 201 : 200, json: workflow };
  },
);
