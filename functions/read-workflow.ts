import { ItemsTable } from '../core/aws/items/table.ts';
import { Statistics } from '../core/aws/registry/statistics.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { readWorkflowContract } from '../core/contract/workflow.ts';
import { serve } from '../core/lambda/serve.ts';
import { readWorkflow } from '../core/operations/workflows/read-workflow.ts';

export const { create, handler } = serve(
  readWorkflowContract,
  { items: ItemsTable, registry: RegistryTable, statistics: Statistics },
  async (service, { path }) => ({
    status: 200,
    json: await readWorkflow(service, path),
  }),
);
