import { describe, expect, test } from 'vitest';
import { defaultQueueShards, mostQueueShards } from '../../../../core/aws/items/keys.ts';
import { queuesOf, readQueues } from '../../../../core/aws/items/queues.ts';
import { onEngines } from '../../../support/on-engines.ts';
import { changeRedrive, startedRedrive, withoutWaiting } from '../../../support/redrives.ts';
import { sized } from '../../../support/sized.ts';

/** More than the default. Each partition is a query. */
const shards = sized(16, mostQueueShards);

describe('the partitions of a workflow in the index', () => {
  onEngines((warden) => {
    /** Items from before and after the growth from 8 partitions. */
    const grown = async (timeout: number) => {
      const workflow = warden().newWorkflow();
      const register = async (items: readonly string[]) => {
        for (const item of items) {
          await warden().register(workflow, item, { timeout });
          warden().clock.advance(1);
        }
      };
      const before = Array.from({ length: 20 }, (_, index) => `before-${index}`);
      const after = Array.from({ length: 20 }, (_, index) => `after-${index}`);
      await register(before);
      const settings = await warden().request('PUT', `/v1/workflows/${workflow}`, { body: { shards } });
      expect(settings.json).toMatchObject({ shards });
      await register(after);
      return { workflow, items: [...before, ...after] };
    };
    const listed = async (workflow: string, query: string): Promise<string[]> => {
      const { json } = await warden().request('GET', `/v1/workflows/${workflow}/items?limit=200&${query}`);
      return json.items.map(({ item }: { item: string }) => item);
    };
    const counts = async (workflow: string) =>
      (await warden().request('GET', `/v1/workflows/${workflow}`)).json.counts;

    test('only grow, and items registered before and after are counted and listed', async () => {
      const { workflow, items } = await grown(600);
      expect(await counts(workflow)).toEqual({ waiting: 40, overdue: 0, failed: 0 });
      expect((await listed(workflow, '')).toSorted()).toEqual(items.toSorted());
      expect((await listed(workflow, 'state=waiting&sort=deadline')).toSorted()).toEqual(items.toSorted());
      const fewer = await warden().request('PUT', `/v1/workflows/${workflow}`, { body: { shards: 8 } });
      expect(fewer).toMatchObject({ status: 422, json: { code: 'shards-too-few' } });
      // Other settings do not change them.
      await warden().request('PUT', `/v1/workflows/${workflow}`, { body: { timeout: 60 } });
      const { registry } = warden().aws.service;
      expect(await readQueues(registry, workflow)).toEqual({ workflow, shards });
    });

    test('are all swept: lost timers of both are found (P1), and all items are resumed in order of registration', async () => {
      const { workflow, items } = await grown(60);
      withoutWaiting(warden());
      // No timer arrives.
      warden().clock.advance(60_000 + 180_000);
      await warden().sweep();
      expect(await counts(workflow)).toEqual({ waiting: 0, overdue: 40, failed: 0 });
      expect(await listed(workflow, 'state=overdue')).toEqual(items);
      const events = await warden().events(workflow);
      expect(events.map(({ item }) => item).toSorted()).toEqual(items.toSorted());
      expect(events.every(({ caughtBy }) => caughtBy === 'sweep')).toBe(true);

      const first = await startedRedrive(warden(), workflow, { limit: 30, rate: 100, timeout: 3_600 });
      await warden().functions.runRedrives();
      expect(await counts(workflow)).toEqual({ waiting: 30, overdue: 10, failed: 0 });
      expect(await listed(workflow, 'state=overdue')).toEqual(items.slice(30));
      expect((await warden().redriven(workflow)).map(({ item }) => item)).toEqual(items.slice(0, 30));
      await changeRedrive(warden(), workflow, first, 'abort');
    });
  });
});

test('are 8 unless the workflow sets another number, and the maximum while the number is unknown (P1)', async () => {
  const record = { name: 'w', firstSeenAt: '2026-03-01T12:00:00.000Z', settings: {} } as never;
  expect(queuesOf('w', record).shards).toBe(defaultQueueShards);
  expect(queuesOf('w', { ...(record as object), shards: 16 } as never).shards).toBe(16);
  expect(queuesOf('w', undefined).shards).toBe(mostQueueShards);
  const registry = (found: unknown) => ({ readOrUnreadable: async () => found }) as never;
  expect(await readQueues(registry(undefined), 'w')).toEqual({ workflow: 'w', shards: defaultQueueShards });
  expect(await readQueues(registry({ name: 'w', error: new Error() }), 'w')).toEqual({
    workflow: 'w',
    shards: mostQueueShards,
  });
});
