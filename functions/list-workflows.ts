import { connectItemsTable, type ItemsTable } from '../core/aws/items-table.ts';
import { connectRegistryTable, type RegistryTable } from '../core/aws/registry-table.ts';
import { listWorkflowsContract } from '../core/contract/operations.ts';
import { environments } from '../core/environment.ts';
import { onLambda, type Running } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { listWorkflows } from '../core/operations/list-workflows.ts';
import { visibleWorkflows } from '../core/rules/permission.ts';

export function create(service: { items: ItemsTable; registry: RegistryTable } & Running) {
  return httpFunction('list-workflows', listWorkflowsContract, service, async ({ query, caller }) => ({
    status: 200,
    json: await listWorkflows(service, { query, visible: visibleWorkflows(caller) }),
  }));
}

export const handler = onLambda(environments['list-workflows'], (environment, running) =>
  create({
    ...running,
    items: connectItemsTable(environment),
    registry: connectRegistryTable(environment, running.clock),
  }),
);
