import { connectItemsTable } from '../core/aws/items/table.ts';
import { OpenIncidents } from '../core/aws/registry/open-incidents.ts';
import { connectRegistryTable } from '../core/aws/registry/workflows.ts';
import { connectTimers } from '../core/aws/timers.ts';
import { connectItemEvents } from '../core/aws/topics/item-events.ts';
import { connectNotifications } from '../core/aws/topics/notifications.ts';
import { progressContract } from '../core/contract/item-operations.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { environments } from '../core/names/environment.ts';
import { type ProgressService, progress } from '../core/operations/items/progress.ts';
import type { Running } from '../core/running.ts';

export function create(service: ProgressService & Running) {
  return httpFunction('progress', progressContract, service, async ({ path, query, body, data, attempt }) => {
    const item = await progress(service, { ...path, only: { attempt, run: query.run }, request: body, data });
    return { status: 200, json: item, headers: { etag: `"${item.attempt}"` }, outcome: item.state };
  });
}

export const handler = onLambda(environments.progress, (environment, running) => {
  const registry = connectRegistryTable(environment, running.clock);
  return create({
    ...running,
    items: connectItemsTable(environment, running.clock),
    registry,
    incidents: new OpenIncidents(registry.client, registry.name, running.clock),
    timers: connectTimers(environment, running),
    itemEvents: connectItemEvents(environment),
    notifications: connectNotifications(environment),
    leastTimeoutSeconds: environment.LEAST_TIMEOUT_SECONDS,
  });
});
