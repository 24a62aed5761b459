import { describe, expect, test } from 'vitest';
import { refuseEvents } from '../../../support/faults.ts';
import { onOneEngine } from '../../../support/on-engines.ts';

const longAgo = '2026-01-01T00:00:00.000Z';

describe('check-timers', () => {
  onOneEngine((warden) => {
    const timerOf = async (workflow: string, item: string) =>
      (await warden().aws.service.items.readOpen(workflow, item))?.timer ?? '';

    /** Passes messages to the function as the queue does; returns the indexes of the failed ones. */
    async function check(...bodies: unknown[]): Promise<number[]> {
      const Records = bodies.map((body, index) => ({
        messageId: String(index),
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }));
      const { batchItemFailures } = await warden().functions.checkTimers({ Records });
      return batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier));
    }

    const itemsOf = async (workflow: string) =>
      (await warden().events(workflow)).map(({ event, item }) => `${event} ${item}`).toSorted();

    test('marks overdue items, notifies people once for a workflow and batch, and publishes an event for each item', async () => {
      const [one, two] = [warden().newWorkflow(), warden().newWorkflow()];
      for (const item of ['a', 'b', 'c']) await warden().register(one, item, { timeout: 5, step: 'copied' });
      await warden().register(two, 'd', { timeout: 5 });
      await warden().pass(6_000);
      const told = await warden().notifications(one);
      expect(told).toMatchObject([
        {
          event: 'opened',
          kind: 'overdue',
          counts: { overdue: 3, failed: 0 },
          subject: `[${one}] 3 items overdue`,
        },
      ]);
      expect(told[0]?.items.map(({ item }) => item).toSorted()).toEqual(['a', 'b', 'c']);
      expect(await itemsOf(one)).toEqual(['item.overdue a', 'item.overdue b', 'item.overdue c']);
      expect(await warden().notifications(two)).toMatchObject([
        { counts: { overdue: 1 }, items: [{ item: 'd' }] },
      ]);
      expect(await itemsOf(two)).toEqual(['item.overdue d']);
      expect((await warden().read(one, 'a')).json).toMatchObject({
        state: 'overdue',
        caughtBy: 'timer',
        overdueAt: new Date(warden().clock.now()).toISOString(),
        incident: told[0]?.incident,
      });
    });

    test('publishes everything of an item except its data (P9)', async () => {
      const workflow = warden().newWorkflow();
      const body = { timeout: 5, step: 'copied', run: 'r1', tags: { customer: 'acme' }, data: 'secret' };
      const { startedAt, deadline } = (await warden().register(workflow, 'a', body)).json;
      await warden().pass(6_000);
      const [{ incident } = {}] = await warden().notifications(workflow);
      expect(await warden().events(workflow)).toEqual([
        {
          id: expect.stringMatching(/^[\w-]{22}$/),
          event: 'item.overdue',
          workflow,
          item: 'a',
          attempt: 1,
          at: new Date(warden().clock.now()).toISOString(),
          deadline,
          startedAt,
          step: 'copied',
          run: 'r1',
          tags: { customer: 'acme' },
          caughtBy: 'timer',
          incident,
        },
      ]);
    });

    test('changes and publishes nothing more for a repeated message (P3, P4)', async () => {
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
      expect(await itemsOf(workflow)).toEqual(['item.overdue a']);
    });

    test('does nothing for an item that is gone', async () => {
      const workflow = warden().newWorkflow();
      expect(await check({ workflow, item: 'gone', timer: 'x', armedAt: longAgo })).toEqual([]);
      expect(await warden().notifications(workflow)).toEqual([]);
      expect(await warden().events(workflow)).toEqual([]);
    });

    test('arms another timer if one is early, so that the item is noticed anyway (P1, P2)', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 60 });
      const timer = await timerOf(workflow, 'a');
      warden().clock.advance(30_000);
      expect(await check({ workflow, item: 'a', timer, armedAt: longAgo })).toEqual([]);
      expect(await timerOf(workflow, 'a')).not.toBe(timer);
      expect(await warden().notifications(workflow)).toEqual([]);
      expect(await warden().events(workflow)).toEqual([]);
      await warden().pass(31_000);
      expect(await warden().notifications(workflow)).toHaveLength(1);
      expect(await itemsOf(workflow)).toEqual(['item.overdue a']);
    });

    test('does not change a newer attempt for an older one', async () => {
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

    test('reports items that were marked overdue before a crash prevented their report (P3)', async () => {
      const workflow = warden().newWorkflow();
      const { items } = warden().aws.service;
      for (const item of ['a', 'b', 'c']) {
        await warden().register(workflow, item, { timeout: 5 });
        const seen = await items.readOpen(workflow, item);
        if (seen) await items.expire(seen, seen.deadline, 'timer');
      }
      // Reported by its timer, its completion or its restart, whichever comes first.
      expect(
        await check({ workflow, item: 'a', timer: await timerOf(workflow, 'a'), armedAt: longAgo }),
      ).toEqual([]);
      expect((await warden().complete(workflow, 'b')).json).toMatchObject({ outcome: 'late' });
      expect((await warden().register(workflow, 'c', { timeout: 600 })).json).toMatchObject({
        outcome: 'restarted',
      });
      expect(await itemsOf(workflow)).toEqual([
        'item.late b',
        'item.overdue a',
        'item.overdue b',
        'item.overdue c',
      ]);
      // The function that opened the incident notifies people of it, and the sweep of the outcomes of the others.
      const [opened, ...none] = await warden().notifications(workflow);
      expect(opened).toMatchObject({ event: 'opened', counts: { overdue: 1 }, items: [{ item: 'a' }] });
      expect(none).toEqual([]);
      await warden().complete(workflow, 'a');
      await warden().passSweeping(60_000);
      expect(await warden().notifications(workflow)).toMatchObject([
        {
          event: 'resolved',
          incident: opened?.incident,
          outcomes: { completedLate: 2, restarted: 1 },
          changes: { overdue: -1, completedLate: 2, restarted: 1 },
        },
      ]);
    });

    test('repeats only the events that SNS did not accept, with the same ids (P3, P8)', async () => {
      const workflow = warden().newWorkflow();
      const items = Array.from({ length: 23 }, (_, index) => `item ${index}`);
      for (const item of items) await warden().register(workflow, item, { timeout: 5 });
      warden().clock.advance(6_000);
      const messages = await Promise.all(
        items.map(async (item) => ({
          workflow,
          item,
          timer: await timerOf(workflow, item),
          armedAt: longAgo,
        })),
      );
      const refused = ['item 3', 'item 20', 'item 22'];
      const entries = refuseEvents(warden().aws.sns, ({ item }) => refused.includes(item));
      try {
        // Only those are delivered again, and are not recorded as reported.
        expect(await check(...messages)).toEqual(refused.map((item) => items.indexOf(item)));
      } finally {
        entries.restore();
      }
      for (const item of items) {
        const { json } = await warden().read(workflow, item);
        expect('incident' in json).toBe(!refused.includes(item));
      }
      const taken = await warden().events(workflow);
      expect(taken.map(({ item }) => item).toSorted()).toEqual(
        items.filter((item) => !refused.includes(item)).toSorted(),
      );
      // The queue delivers all of them again, and the rest are published with the ids that they had.
      expect(await check(...messages)).toEqual([]);
      const repeated = await warden().events(workflow);
      expect(repeated.map(({ item }) => item).toSorted()).toEqual(refused.toSorted());
      const ids = (events: typeof taken) => events.map(({ id }) => id).toSorted();
      expect(ids(repeated)).toEqual(ids(entries.refused));
      expect(new Set([...taken, ...repeated].map(({ id }) => id)).size).toBe(items.length);
      expect(await warden().notifications(workflow)).toHaveLength(1);
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
        { ...good, item: '' },
        { ...good, timer: '' },
      ];
      expect(await check(...bad, good)).toEqual([0, 1, 2, 3, 4, 5]);
      expect(await warden().notifications(workflow)).toHaveLength(1);
      expect(await itemsOf(workflow)).toEqual(['item.overdue a']);
    });

    test('fails only the item whose record is damaged, and logs it without its content (P8, P9)', async () => {
      const workflow = warden().newWorkflow();
      for (const item of ['good', 'damaged']) await warden().register(workflow, item, { timeout: 5 });
      const seen = await warden().aws.service.items.readOpen(workflow, 'damaged');
      if (seen)
        await warden().aws.service.items.replace({ ...seen, state: 'secret-state' as never }, seen.revision);
      warden().clock.advance(6_000);
      const failed = await check(
        { workflow, item: 'good', timer: 'x', armedAt: longAgo },
        { workflow, item: 'damaged', timer: 'x', armedAt: longAgo },
      );
      expect(failed).toEqual([1]);
      expect(await warden().notifications(workflow)).toMatchObject([
        { counts: { overdue: 1 }, items: [{ item: 'good' }] },
      ]);
      expect(await itemsOf(workflow)).toEqual(['item.overdue good']);
      const log = warden().logLines.join('\n');
      expect(log).toContain('"message":"message failed"');
      expect(log).not.toContain('secret-state');
    });
  });
});
