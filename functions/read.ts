import { connectItemsTable, type ItemsTable } from '../core/aws/items/table.ts';
import { readContract } from '../core/contract/item-operations.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { environments } from '../core/names/environment.ts';
import { read } from '../core/operations/items/read.ts';
import type { Running } from '../core/running.ts';

export function create(service: { items: ItemsTable } & Running) {
  return httpFunction('read', readContract, service, async ({ path }) => {
    const { attempt, json } = await read(service, path);
    return { status: 200, json, headers: { etag: `"${attempt}"` } };
  });
}

export const handler = onLambda(environments.read, (environment, running) =>
  create({ ...running, items: connectItemsTable(environment, running.clock) }),
);
