import { describe, expect, test } from 'vitest';
import { onEngines } from '../../support/on-engines.ts';

const longAgo = '2026-01-01T00:00:00.000Z';

describe('check timers', () => {
  onEngines((warden) => {
    const timerOf = async (workflow: string, item: string) =>
      (await warden().aws.service.items.read(workflow, item))?.timer ?? '';

    /** Hands messages to the function as the queue does; gives the indexes of those that failed. */
    async function check(...bodies: unknown[]): Promise<number[]> {
      const Records = bodies.map((body, index) => ({
        messageId: String(index),
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }));
      const { batchItemFailures } = await warden().functions.checkTimers({ Records });
      return batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier));
    }

    test('marks what is past its deadline and tells of it once for a workflow and batch', async () => {
      const [one, two] = [warden().newWorkflow(), warden().newWorkflow()];
      for (const item of ['a', 'b', 'c']) await warden().register(one, item, { timeout: 5, step: 'copied' });
      await warden().register(two, 'd', { timeout: 5 });
      await warden().pass(6_000);
      const told = await warden().notifications(one);
      expect(told).toMatchObject([{ event: 'overdue', count: 3, subject: `[${one}] 3 items overdue` }]);
      expect(told[0]?.items.map(({ item }) => item).toSorted()).toEqual(['a', 'b', 'c']);
      expect(await warden().notifications(two)).toMatchObject([{ count: 1, items: [{ item: 'd' }] }]);
      expect((await warden().read(one, 'a')).json).toMatchObject({
        state: 'overdue',
        caughtBy: 'timer',
        overdueAt: new Date(warden().clock.now()).toISOString(),
      });
    });

    test('of a repeated message changes and tells nothing more (P3, P4)', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 5 });
      const message = { workflow, item: 'a', timer: await timerOf(workflow, 'a'), armedAt: longAgo };
      warden().clock.advance(5_000);
      expect(await check(message, message)).toEqual([]);
      const before = (await warden().read(workflow, 'a')).json;
      warden().clock.advance(60_000);
      expect(await check(message)).toEqual([]);
      expect((await warden().read(workflow, 'a')).json).toEqual(before);
      expect(await warden().notifications(workflow)).toHaveLength(1);
    });

    test('of an item that is gone does nothing', async () => {
      const workflow = warden().newWorkflow();
      expect(await check({ workflow, item: 'gone', timer: 'x', armedAt: longAgo })).toEqual([]);
      expect(await warden().notifications(workflow)).toEqual([]);
    });

    test('of an early timer arms another, so that the item is noticed all the same (P1, P2)', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 60 });
      const timer = await timerOf(workflow, 'a');
      warden().clock.advance(30_000);
      expect(await check({ workflow, item: 'a', timer, armedAt: longAgo })).toEqual([]);
      expect(await timerOf(workflow, 'a')).not.toBe(timer);
      expect(await warden().notifications(workflow)).toEqual([]);
      await warden().pass(31_000);
      expect(await warden().notifications(workflow)).toHaveLength(1);
    });

    test('of an older attempt leaves the newer one alone', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 5 });
      const timer = await timerOf(workflow, 'a');
      await warden().register(workflow, 'a', { timeout: 60, restart: true });
      const current = await timerOf(workflow, 'a');
      warden().clock.advance(6_000);
      expect(await check({ workflow, item: 'a', timer, armedAt: longAgo })).toEqual([]);
      expect(await timerOf(workflow, 'a')).toBe(current);
      expect((await warden().read(workflow, 'a')).json).toMatchObject({ state: 'waiting', attempt: 2 });
    });

    test('reports what was marked overdue before a crash kept it from being told (P3)', async () => {
      const workflow = warden().newWorkflow();
      const { items } = warden().aws.service;
      for (const item of ['a', 'b', 'c']) {
        await warden().register(workflow, item, { timeout: 5 });
        const seen = await items.read(workflow, item);
        if (seen) await items.expire(seen, '2026-03-01T12:00:05.000Z', 'timer');
      }
      // By its timer, by its completion, and by its restart: whoever comes first.
      expect(
        await check({ workflow, item: 'a', timer: await timerOf(workflow, 'a'), armedAt: longAgo }),
      ).toEqual([]);
      expect((await warden().complete(workflow, 'b')).json).toMatchObject({ outcome: 'late' });
      expect((await warden().register(workflow, 'c', { timeout: 5 })).json).toMatchObject({
        outcome: 'restarted',
      });
      const told = (await warden().notifications(workflow)).flatMap((one) =>
        one.items.map(({ item }) => item),
      );
      expect(told).toEqual(['a', 'b', 'c']);
    });

    test('fails only the messages that cannot be read (P8)', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 5 });
      warden().clock.advance(6_000);
      const good = { workflow, item: 'a', timer: await timerOf(workflow, 'a'), armedAt: longAgo };
      const bad = [
        '',
        'nonsense',
        '{}',
        { ...good, extra: 1 },
        { ...good, item: '..' },
        { ...good, timer: '' },
      ];
      expect(await check(...bad, good)).toEqual([0, 1, 2, 3, 4, 5]);
      expect(await warden().notifications(workflow)).toHaveLength(1);
    });

    test('fails only the item whose record is damaged, and says so in the log without its content (P8, P9)', async () => {
      const workflow = warden().newWorkflow();
      for (const item of ['good', 'damaged']) await warden().register(workflow, item, { timeout: 5 });
      const seen = await warden().aws.service.items.read(workflow, 'damaged');
      if (seen)
        await warden().aws.service.items.replace({ ...seen, state: 'secret-state' as never }, seen.revision);
      warden().clock.advance(6_000);
      const failed = await check(
        { workflow, item: 'good', timer: 'x', armedAt: longAgo },
        { workflow, item: 'damaged', timer: 'x', armedAt: longAgo },
      );
      expect(failed).toEqual([1]);
      expect(await warden().notifications(workflow)).toMatchObject([{ count: 1, items: [{ item: 'good' }] }]);
      const log = warden().logLines.join('\n');
      expect(log).toContain('"message":"message failed"');
      expect(log).not.toContain('secret-state');
    });
  });
});
