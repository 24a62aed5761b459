import { connectItemsTable } from '../core/aws/items/table.ts';
import { WardenState } from '../core/aws/registry/warden-state.ts';
import { connectRegistryTable } from '../core/aws/registry/workflows.ts';
import { connectTimers } from '../core/aws/timers.ts';
import { checkHealthContract } from '../core/contract/operations.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { httpFunction } from '../core/lambda/http-function.ts';
import { environments } from '../core/names/environment.ts';
import { checkHealth, type HealthService } from '../core/operations/watch/check-health.ts';
import type { Running } from '../core/running.ts';

export function create(service: HealthService & Running) {
  return httpFunction('check-health', checkHealthContract, service, async () => {
    const health = await checkHealth(service);
    const headers = { 'cache-control': 'no-store' };
    if (health.status === 'ok') return { status: 200, json: health, headers };
    return { status: 503, json: health, headers: { ...headers, 'retry-after': '1' } };
  });
}

export const handler = onLambda(environments['check-health'], (environment, running) => {
  const registry = connectRegistryTable(environment, running.clock);
  return create({
    ...running,
    items: connectItemsTable(environment, running.clock),
    registry,
    timers: connectTimers(environment, running),
    state: new WardenState(registry.client, registry.name, running.clock),
  });
});
