import { connectItemsTable, type ItemsTable } from '../core/aws/items/table.ts';
import { connectRegistryTable, type RegistryTable } from '../core/aws/registry/workflows.ts';
import { listWorkflowsContract } from '../core/contract/operations.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { visibleWorkflows } from '../core/model/access/permission.ts';
import { environments } from '../core/names/environment.ts';
import { listWorkflows } from '../core/operations/workflows/list-workflows.ts';
import type { Running } from '../core/running.ts';

export function create(service: { items: ItemsTable; registry: RegistryTable } & Running) {
  return httpFunction('list-workflows', listWorkflowsContract, service, async ({ query, caller }) => ({
    status: 200,
    json: await listWorkflows(service, { query, visible: visibleWorkflows(caller) }),
  }));
}

export const handler = onLambda(environments['list-workflows'], (environment, running) =>
  create({
    ...running,
    items: connectItemsTable(environment, running.clock),
    registry: connectRegistryTable(environment, running.clock),
  }),
);
