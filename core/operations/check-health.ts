import type { ItemsTable } from '../aws/items-table.ts';
import type { RegistryTable } from '../aws/registry-table.ts';
import type { Timers } from '../aws/timers.ts';
import type { Clock } from '../clock.ts';
import type { HealthReply } from '../contract/health.ts';
import { errorFields, type Log } from '../log.ts';

export interface HealthService {
  items: ItemsTable;
  registry: RegistryTable;
  timers: Timers;
  clock: Clock;
  log: Log;
}

/** Reaches for everything a registration needs, and says how each went. */
export async function checkHealth({
  items,
  registry,
  timers,
  clock,
  log,
}: HealthService): Promise<HealthReply> {
  const check = async (
    name: HealthReply['checks'][number]['name'],
    reach: () => Promise<unknown>,
  ): Promise<HealthReply['checks'][number]> => {
    const started = clock.now();
    try {
      await reach();
      return { name, status: 'ok', tookMs: clock.now() - started };
    } catch (error) {
      log.error('health check failed', { check: name, ...errorFields(error) });
      return { name, status: 'failing', tookMs: clock.now() - started, error: (error as Error).name };
    }
  };
  const checks = await Promise.all([
    check('items table', () => items.read('health', 'health')),
    check('registry table', () => registry.readWorkflow('health')),
    check('scheduler', () => timers.reach()),
  ]);
  return { status: checks.every(({ status }) => status === 'ok') ? 'ok' : 'failing', checks };
}
