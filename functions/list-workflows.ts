import { ItemsTable } from '../core/aws/items/table.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { listWorkflowsContract } from '../core/contract/workflow.ts';
import { serve } from '../core/lambda/serve.ts';
import { listWorkflows } from '../core/operations/workflows/list-workflows.ts';

export const { create, handler } = serve(
  listWorkflowsContract,
  { items: ItemsTable, registry: RegistryTable },
  async (service, { query, caller }) => ({
    status: 200,
    json: await listWorkflows(service, { query, visible: caller.visible }),
  }),
);
