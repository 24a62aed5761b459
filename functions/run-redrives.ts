import { randomUUID } from 'node:crypto';
import { connectItemsTable } from '../core/aws/items/table.ts';
import { OpenIncidents } from '../core/aws/registry/open-incidents.ts';
import { OutcomeTally } from '../core/aws/registry/outcome-tally.ts';
import { RedrivesTable } from '../core/aws/registry/redrives.ts';
import { connectRegistryTable } from '../core/aws/registry/workflows.ts';
import { connectTimers } from '../core/aws/timers.ts';
import { connectItemEvents } from '../core/aws/topics/item-events.ts';
import { connectRedriveTopic } from '../core/aws/topics/redrive-topic.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { environments } from '../core/names/environment.ts';
import { type RunRedrivesService, runRedrives } from '../core/operations/redrives/run-redrives.ts';
import type { Running } from '../core/running.ts';

/** Invoked every minute by a schedule. The event is not used. */
export function create(service: RunRedrivesService & Running) {
  return (): Promise<void> => runRedrives(service);
}

export const handler = onLambda(environments['run-redrives'], (environment, running) => {
  const items = connectItemsTable(environment, running.clock);
  const table = environment.REGISTRY_TABLE;
  return create({
    ...running,
    items,
    incidents: new OpenIncidents(items.client, table, running.clock),
    outcomes: new OutcomeTally(items.client, table),
    redrives: new RedrivesTable(items.client, table),
    registry: connectRegistryTable(environment, running.clock),
    timers: connectTimers(environment, running),
    itemEvents: connectItemEvents(environment),
    redriveTopic: connectRedriveTopic(environment),
    leastTimeoutSeconds: environment.LEAST_TIMEOUT_SECONDS,
    newId: randomUUID,
  });
});
