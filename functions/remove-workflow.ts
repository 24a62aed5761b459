import { ItemsTable } from '../core/aws/items/table.ts';
import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { removeWorkflowContract } from '../core/contract/workflow.ts';
import { serve } from '../core/lambda/serve.ts';
import { removeWorkflow } from '../core/operations/workflows/remove-workflow.ts';

export const { create, handler } = serve(
  removeWorkflowContract,
  { items: ItemsTable, registry: RegistryTable, audit: AuditLog },
  async (service, { path, note }) => {
    await removeWorkflow(service, { ...path, note });
    return { status: 204 };
  },
);
