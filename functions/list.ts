import { connectItemsTable, type ItemsTable } from '../core/aws/items-table.ts';
import { listContract } from '../core/contract/operations.ts';
import { environments } from '../core/environment.ts';
import { onLambda, type Running } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { list } from '../core/operations/list.ts';

export function create(service: { items: ItemsTable } & Running) {
  return httpFunction('list', listContract, service, async ({ path, query }) => ({
    status: 200,
    json: await list(service, { ...path, query }),
  }));
}

export const handler = onLambda(environments.list, (environment, running) =>
  create({ ...running, items: connectItemsTable(environment) }),
);
