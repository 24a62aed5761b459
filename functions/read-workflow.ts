import { connectItemsTable, type ItemsTable } from '../core/aws/items/table.ts';
import { connectRegistryTable, type RegistryTable } from '../core/aws/registry/workflows.ts';
import { readWorkflowContract } from '../core/contract/operations.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { environments } from '../core/names/environment.ts';
import { readWorkflow } from '../core/operations/workflows/read-workflow.ts';
import type { Running } from '../core/running.ts';

export function create(service: { items: ItemsTable; registry: RegistryTable } & Running) {
  return httpFunction('read-workflow', readWorkflowContract, service, async ({ path }) => ({
    status: 200,
    json: await readWorkflow(service, path),
  }));
}

export const handler = onLambda(environments['read-workflow'], (environment, running) =>
  create({
    ...running,
    items: connectItemsTable(environment, running.clock),
    registry: connectRegistryTable(environment, running.clock),
  }),
);
