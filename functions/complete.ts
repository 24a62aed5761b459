import { connectItemsTable } from '../core/aws/items/table.ts';
import { OpenIncidents } from '../core/aws/registry/open-incidents.ts';
import { OutcomeTally } from '../core/aws/registry/outcome-tally.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { connectTimers } from '../core/aws/timers.ts';
import { connectItemEvents } from '../core/aws/topics/item-events.ts';
import { completeContract } from '../core/contract/item-operations.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { environments } from '../core/names/environment.ts';
import { type CompleteService, complete } from '../core/operations/items/complete.ts';
import type { Running } from '../core/running.ts';

export function create(service: CompleteService & Running) {
  return httpFunction('complete', completeContract, service, async ({ path, query, attempt }) => {
    const reply = await complete(service, { ...path, only: { attempt, run: query.run } });
    service.log.metrics({ Completions: 1, ...(reply.outcome === 'late' && { CompletedLate: 1 }) });
    return { status: 200, json: reply, outcome: reply.outcome };
  });
}

export const handler = onLambda(environments.complete, (environment, running) => {
  const items = connectItemsTable(environment, running.clock);
  return create({
    ...running,
    items,
    registry: new RegistryTable(items.client, environment.REGISTRY_TABLE, running.clock),
    incidents: new OpenIncidents(items.client, environment.REGISTRY_TABLE, running.clock),
    outcomes: new OutcomeTally(items.client, environment.REGISTRY_TABLE),
    timers: connectTimers(environment, running),
    itemEvents: connectItemEvents(environment),
  });
});
