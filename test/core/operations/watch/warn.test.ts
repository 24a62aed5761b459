import { describe, expect, test } from 'vitest';
import { notificationText } from '../../../../core/contract/notification-text.ts';
import { Faults, refuseEvents } from '../../../support/faults.ts';
import { onOneEngine } from '../../../support/on-engines.ts';
import { startWarden } from '../../../support/start-warden.ts';
import { sweepOne } from '../../../support/sweep-one.ts';

const longAgo = '2026-01-01T00:00:00.000Z';

describe('warn', () => {
  onOneEngine((warden) => {
    const registerAll = (workflow: string, items: string[], body: object) =>
      Promise.all(items.map((item) => warden().register(workflow, item, body)));

    test('of many items notifies people once, and publishes an event for each; the items wait on as before (P6)', async () => {
      const workflow = warden().newWorkflow();
      const items = ['a', 'b', 'c', 'd', 'e'];
      await registerAll(workflow, items, { timeout: 600, warnAfter: 5, data: 'secret' });
      const before = (await warden().read(workflow, 'a')).json;
      await warden().pass(4_000);
      expect(await warden().events(workflow)).toEqual([]);
      await warden().pass(2_000);
      const told = await warden().notifications(workflow);
      expect(told).toMatchObject([
        {
          event: 'opened',
          level: 'warning',
          kind: 'warning',
          counts: { overdue: 0, failed: 0, warned: 5 },
        },
      ]);
      expect(told[0]?.items.map(({ item }) => item).toSorted()).toEqual(items);
      const events = await warden().events(workflow);
      expect(events.map(({ event, item }) => `${event} ${item}`).toSorted()).toEqual(
        items.map((item) => `item.warned ${item}`),
      );
      expect(new Set(events.map(({ incident }) => incident))).toEqual(new Set([told[0]?.incident]));
      expect(JSON.stringify([told, events])).not.toContain('secret');
      const warnedAt = new Date(warden().clock.now()).toISOString();
      expect((await warden().read(workflow, 'a')).json).toEqual({ ...before, warnedAt });
    });

    test('of more items later is an update, after the spacing', async () => {
      const workflow = warden().newWorkflow();
      await registerAll(workflow, ['a', 'b'], { timeout: 600, warnAfter: 5 });
      await registerAll(workflow, ['c', 'd', 'e'], { timeout: 600, warnAfter: 30 });
      await warden().pass(6_000);
      expect(await warden().notifications(workflow)).toMatchObject([{ counts: { warned: 2 } }]);
      await warden().pass(25_000);
      await sweepOne(warden(), workflow);
      expect(await warden().events(workflow)).toHaveLength(5);
      expect(await warden().notifications(workflow)).toEqual([]);
      await warden().pass(35_000);
      await sweepOne(warden(), workflow);
      expect(await warden().notifications(workflow)).toMatchObject([
        { event: 'updated', level: 'warning', counts: { warned: 5 }, changes: { warned: 3 } },
      ]);
      // Unchanged, it is not notified again, and it ends ten minutes after the last warning (public report B).
      await warden().pass(120_000);
      await sweepOne(warden(), workflow);
      const { incidents } = warden().aws.service;
      expect(await incidents.open.read(workflow, 'warning')).toBeDefined();
      for (const item of ['a', 'b', 'c', 'd', 'e']) await warden().complete(workflow, item);
      await warden().pass(480_000);
      await sweepOne(warden(), workflow);
      expect(await incidents.open.read(workflow, 'warning')).toBeUndefined();
      expect(await warden().notifications(workflow)).toMatchObject([{ event: 'resolved', level: 'info' }]);
    });

    test('follows the settings of the workflow for items without their own', async () => {
      const workflow = warden().newWorkflow();
      const path = `/v1/workflows/${workflow}`;
      await warden().request('PUT', path, { body: { timeout: 60, warnAfter: 'PT10S' } });
      await warden().register(workflow, 'a', {});
      await warden().register(workflow, 'sooner', { warnAfter: 5 });
      // Its deadline is before the warning that the workflow wants.
      await warden().register(workflow, 'short', { timeout: 8 });
      await warden().pass(6_000);
      expect(await warden().events(workflow)).toMatchObject([{ event: 'item.warned', item: 'sooner' }]);
      await warden().pass(5_000);
      const events = (await warden().events(workflow)).map(({ event, item }) => `${event} ${item}`);
      expect(events.toSorted()).toEqual(['item.overdue short', 'item.warned a']);
    });

    test('is dropped if the item was breached meanwhile', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 10, warnAfter: 5 });
      // Its timer is late.
      await warden().pass(11_000);
      expect(await warden().events(workflow)).toMatchObject([{ event: 'item.overdue' }]);
      expect(await warden().notifications(workflow)).toMatchObject([{ kind: 'overdue', level: 'alert' }]);
      expect((await warden().read(workflow, 'a')).json).not.toHaveProperty('warnedAt');
    });

    test('does not prevent the check at the deadline (P1)', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 10, warnAfter: 5 });
      await warden().pass(6_000);
      await warden().pass(5_000);
      const events = (await warden().events(workflow)).map(({ event }) => event);
      expect(events).toEqual(['item.warned', 'item.overdue']);
      expect((await warden().notifications(workflow)).map(({ kind }) => kind)).toEqual([
        'warning',
        'overdue',
      ]);
    });

    test('is sent again after the deadline was moved, counted from then', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 20, warnAfter: 5 });
      await warden().pass(6_000);
      const [first, ...none] = await warden().events(workflow);
      expect(none).toEqual([]);
      await warden().progress(workflow, 'a', { timeout: 60 });
      await warden().pass(4_000);
      expect(await warden().events(workflow)).toEqual([]);
      await warden().pass(2_000);
      const [second, ...others] = await warden().events(workflow);
      expect(second).toMatchObject({ event: 'item.warned', attempt: 1 });
      expect(second?.id).not.toBe(first?.id);
      await warden().pass(40_000);
      expect([...others, ...(await warden().events(workflow))]).toEqual([]);
    });

    test('is not sent for an item that was completed or has failed before', async () => {
      const workflow = warden().newWorkflow();
      await registerAll(workflow, ['done', 'failed'], { timeout: 60, warnAfter: 5 });
      await warden().complete(workflow, 'done');
      await warden().progress(workflow, 'failed', { failed: { reason: 'x' } });
      await warden().pass(10_000);
      expect(await warden().events(workflow)).toMatchObject([{ event: 'item.failed' }]);
      expect(await warden().notifications(workflow)).toMatchObject([{ kind: 'overdue' }]);
    });

    test('is sent once, however often the timer fires (P4)', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 60, warnAfter: 5 });
      const timer = (await warden().aws.service.items.readOpen(workflow, 'a'))?.timer ?? '';
      const body = JSON.stringify({ workflow, item: 'a', timer, armedAt: longAgo });
      const check = () => warden().functions.checkTimers({ Records: [{ messageId: '1', body }] });
      warden().clock.advance(6_000);
      for (let times = 0; times < 3; times++) {
        expect(await check()).toEqual({ batchItemFailures: [] });
        await warden().pass(1_000);
      }
      expect(await warden().events(workflow)).toHaveLength(1);
      expect(await warden().notifications(workflow)).toMatchObject([{ counts: { warned: 1 } }]);
    });

    test('repeats only the events that SNS did not accept, with the same ids (P3, P8)', async () => {
      const workflow = warden().newWorkflow();
      const items = ['a', 'b', 'c'];
      await registerAll(workflow, items, { timeout: 60, warnAfter: 5 });
      const messages = await Promise.all(
        items.map(async (item) => {
          const timer = (await warden().aws.service.items.readOpen(workflow, item))?.timer ?? '';
          return { messageId: item, body: JSON.stringify({ workflow, item, timer, armedAt: longAgo }) };
        }),
      );
      warden().clock.advance(6_000);
      const entries = refuseEvents(warden().aws.sns, ({ item }) => item === 'b');
      try {
        expect(await warden().functions.checkTimers({ Records: messages })).toEqual({
          batchItemFailures: [{ itemIdentifier: 'b' }],
        });
      } finally {
        entries.restore();
      }
      expect(await warden().functions.checkTimers({ Records: messages })).toEqual({
        batchItemFailures: [],
      });
      const events = await warden().events(workflow);
      expect(events.map(({ item }) => item).toSorted()).toEqual(items);
      expect(events.find(({ item }) => item === 'b')?.id).toBe(entries.refused[0]?.id);
    });

    test('says that nothing is overdue yet', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 60, warnAfter: 5 });
      await warden().pass(6_000);
      const [notification] = await warden().notifications(workflow);
      const text = notification && notificationText(notification);
      expect(text).toContain('not yet overdue');
      expect(text).not.toContain('ago');
    });
  });

  test('is sent again for a deadline that is moved while people are warned of the old one', async () => {
    const warden = await startWarden();
    try {
      const faults = new Faults(warden);
      const workflow = warden.newWorkflow();
      await warden.register(workflow, 'a', { timeout: 20, warnAfter: 5 });
      warden.clock.advance(6_000);
      const { timer = '' } = (await warden.aws.service.items.readOpen(workflow, 'a')) ?? {};
      const body = JSON.stringify({ workflow, item: 'a', timer, armedAt: longAgo });
      let moved = false;
      faults.interleaveAt('PublishBatchCommand', async () => {
        moved = (await warden.progress(workflow, 'a', { timeout: 60 })).status === 200;
      });
      await warden.functions.checkTimers({ Records: [{ messageId: '1', body }] });
      faults.revive();
      expect(moved).toBe(true);
      expect(await warden.events(workflow)).toHaveLength(1);
      await warden.pass(30_000);
      expect(await warden.events(workflow)).toMatchObject([{ event: 'item.warned' }]);
    } finally {
      await warden.close();
    }
  });
});
