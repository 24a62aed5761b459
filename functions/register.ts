import { connectItemsTable } from '../core/aws/items/table.ts';
import { OpenIncidents } from '../core/aws/registry/open-incidents.ts';
import { OutcomeTally } from '../core/aws/registry/outcome-tally.ts';
import { RegistrationCounts } from '../core/aws/registry/registration-counts.ts';
import { connectRegistryTable } from '../core/aws/registry/workflows.ts';
import { connectTimers } from '../core/aws/timers.ts';
import { connectItemEvents } from '../core/aws/topics/item-events.ts';
import { registerContract } from '../core/contract/item.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { environments } from '../core/names/environment.ts';
import { type RegisterService, register } from '../core/operations/items/register.ts';
import type { Running } from '../core/running.ts';

export function create(service: RegisterService & Running) {
  return httpFunction(registerContract, service, async ({ path, body, data }) => {
    const reply = await register(service, { ...path, request: body, data });
    if (reply.outcome === 'created' || reply.outcome === 'restarted')
      service.log.metrics({ Registrations: 1 });
    const status = reply.outcome === 'created' ? 201 : 200;
    return { status, json: reply, headers: { etag: `"${reply.attempt}"` }, outcome: reply.outcome };
  });
}

export const handler = onLambda(environments.register, (environment, running) => {
  const registry = connectRegistryTable(environment, running.clock);
  return create({
    ...running,
    items: connectItemsTable(environment, running.clock),
    registry,
    incidents: new OpenIncidents(registry.client, registry.name, running.clock),
    outcomes: new OutcomeTally(registry.client, registry.name),
    counts: new RegistrationCounts(registry.client, registry.name, running.log),
    timers: connectTimers(environment, running),
    itemEvents: connectItemEvents(environment),
    leastTimeoutSeconds: environment.LEAST_TIMEOUT_SECONDS,
  });
});
