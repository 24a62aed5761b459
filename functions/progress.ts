import { connectItemsTable } from '../core/aws/items-table.ts';
import { connectNotifications } from '../core/aws/notifications.ts';
import { connectTimers } from '../core/aws/timers.ts';
import { progressContract } from '../core/contract/item-operations.ts';
import { environments } from '../core/environment.ts';
import { onLambda, type Running } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { type ProgressService, progress } from '../core/operations/progress.ts';

export function create(service: ProgressService & Running) {
  return httpFunction('progress', progressContract, service, async ({ path, query, body, data, attempt }) => {
    const item = await progress(service, { ...path, only: { attempt, run: query.run }, request: body, data });
    return { status: 200, json: item, headers: { etag: `"${item.attempt}"` }, outcome: item.state };
  });
}

export const handler = onLambda(environments.progress, (environment, running) =>
  create({
    ...running,
    items: connectItemsTable(environment),
    timers: connectTimers(environment, running),
    notifications: connectNotifications(environment),
    leastTimeoutSeconds: environment.LEAST_TIMEOUT_SECONDS,
  }),
);
