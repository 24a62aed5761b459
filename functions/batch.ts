import { connectItemsTable } from '../core/aws/items/table.ts';
import { OpenIncidents } from '../core/aws/registry/open-incidents.ts';
import { OutcomeTally } from '../core/aws/registry/outcome-tally.ts';
import { RegistrationCounts } from '../core/aws/registry/registration-counts.ts';
import { connectRegistryTable } from '../core/aws/registry/workflows.ts';
import { connectTimers } from '../core/aws/timers.ts';
import { connectItemEvents } from '../core/aws/topics/item-events.ts';
import { connectNotifications } from '../core/aws/topics/notifications.ts';
import { batchContract } from '../core/contract/operations.ts';
import { parseOperations } from '../core/lambda/batch-operations.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { environments } from '../core/names/environment.ts';
import { type BatchResult, type BatchService, batch } from '../core/operations/items/batch.ts';
import type { Running } from '../core/running.ts';

export function create(service: BatchService & Running) {
  return httpFunction('batch', batchContract, service, async ({ path, body, text }) => {
    const operations = parseOperations(body.operations, text);
    const results = await batch(service, { ...path, operations });
    service.log.metrics(metricsOf(results));
    const failed = results.filter(({ status }) => status >= 400).length;
    return { status: 200, json: { results }, outcome: `${results.length - failed} done, ${failed} not` };
  });
}

function metricsOf(results: readonly BatchResult[]) {
  const outcomes = results.flatMap((result) => ('outcome' in result ? [result.outcome] : []));
  const count = (...these: string[]) => outcomes.filter((outcome) => these.includes(outcome)).length;
  return {
    Registrations: count('created', 'restarted'),
    Completions: count('on-time', 'late'),
    CompletedLate: count('late'),
  };
}

export const handler = onLambda(environments.batch, (environment, running) => {
  const registry = connectRegistryTable(environment, running.clock);
  return create({
    ...running,
    items: connectItemsTable(environment, running.clock),
    registry,
    incidents: new OpenIncidents(registry.client, registry.name, running.clock),
    counts: new RegistrationCounts(registry.client, registry.name, running.log),
    outcomes: new OutcomeTally(registry.client, registry.name),
    timers: connectTimers(environment, running),
    itemEvents: connectItemEvents(environment),
    notifications: connectNotifications(environment),
    leastTimeoutSeconds: environment.LEAST_TIMEOUT_SECONDS,
  });
});
