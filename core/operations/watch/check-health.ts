import type { HealthReply } from '../../contract/health.ts';
import { errorFields } from '../../log.ts';
import {
  canaryHealth,
  deadLettersHealth,
  expectationsHealth,
  sweepHealth,
} from '../../model/warden/health.ts';
import { subscribersHealth } from '../../model/warden/subscribers.ts';
import type { Ports } from '../../ports.ts';

type Check = HealthReply['checks'][number];

/**
 * Checks everything that a registration needs, when the sweep last ran and when the last canary was found. Returns
 * the result of each check.
 */
export async function checkHealth({
  items,
  registry,
  timers,
  deadLetters,
  state,
  clock,
  log,
}: Pick<
  Ports,
  'items' | 'registry' | 'state' | 'timers' | 'deadLetters' | 'clock' | 'log'
>): Promise<HealthReply> {
  const check = async (name: Check['name'], find: () => Promise<Partial<Check>>): Promise<Check> => {
    const started = clock.now();
    const tookMs = () => clock.now() - started;
    try {
      const found = await find();
      return { name, status: 'ok', tookMs: tookMs(), ...found };
    } catch (error) {
      log.error('health check failed', { check: name, ...errorFields(error) });
      return { name, status: 'failing', tookMs: tookMs(), error: (error as Error).name };
    }
  };
  const reach = (name: Check['name'], call: () => Promise<unknown>) =>
    check(name, async () => {
      await call();
      return {};
    });
  const parts = await Promise.all([
    reach('items table', () => items.read('health', 'health')),
    reach('registry table', () => registry.readWorkflow('health')),
    reach('scheduler', () => timers.reach()),
    check('sweep', async () => sweepHealth(await state.heartbeat(), clock.now())),
    check('canary', async () => canaryHealth(await state.canary(), clock.now())),
    check('expected registrations', async () => expectationsHealth(await state.heartbeat())),
    check('dead letters', async () => deadLettersHealth(await deadLetters.count())),
  ]);
  const topics = await checkTopics(state, log);
  const checks = [...parts, ...topics];
  return { status: checks.some(({ status }) => status === 'failing') ? 'failing' : 'ok', checks };
}

/** A check for each topic for people, as the last sweep has read it. */
async function checkTopics(state: Ports['state'], log: Ports['log']): Promise<Check[]> {
  try {
    return subscribersHealth(await state.subscribers()).map((found) => ({ ...found, tookMs: 0 }));
  } catch (error) {
    log.error('health check failed', { check: 'notification topic', ...errorFields(error) });
    return [{ name: 'notification topic', status: 'failing', tookMs: 0, error: (error as Error).name }];
  }
}
