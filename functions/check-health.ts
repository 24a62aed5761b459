import { DeadLetters } from '../core/aws/dead-letters.ts';
import { ItemsTable } from '../core/aws/items/table.ts';
import { WardenState } from '../core/aws/registry/warden-state.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { Timers } from '../core/aws/timers.ts';
import { checkHealthContract } from '../core/contract/health.ts';
import { serve } from '../core/lambda/serve.ts';
import { checkHealth } from '../core/operations/watch/check-health.ts';

export const { create, handler } = serve(
  checkHealthContract,
  {
    items: ItemsTable,
    registry: RegistryTable,
    state: WardenState,
    timers: Timers,
    deadLetters: DeadLetters,
  },
  async (service) => {
    const health = await checkHealth(service);
    if (health.status === 'ok') return { status: 200, json: health };
    return { status: 503, json: health, headers: { 'retry-after': '1' } };
  },
);
