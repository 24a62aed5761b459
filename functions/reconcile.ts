import { connectItemsTable, type ItemsTable } from '../core/aws/items/table.ts';
import { reconcileContract } from '../core/contract/reconcile.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { environments } from '../core/names/environment.ts';
import { reconcile } from '../core/operations/items/reconcile.ts';
import type { Running } from '../core/running.ts';

export function create(service: { items: ItemsTable } & Running) {
  return httpFunction(reconcileContract, service, async ({ path, body }) => ({
    status: 200,
    json: await reconcile(service, { ...path, ...body }),
  }));
}

export const handler = onLambda(environments.reconcile, (environment, running) =>
  create({ ...running, items: connectItemsTable(environment, running.clock) }),
);
