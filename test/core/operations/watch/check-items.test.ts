import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { notificationText } from '../../../../core/contract/notification-text.ts';
import { Faults } from '../../../support/faults.ts';
import { onDynalite } from '../../../support/on-engines.ts';
import { sweepOne } from '../../../support/sweep-one.ts';
import { type EmbeddedWarden, startWarden } from '../../../support/warden.ts';

const longAgo = '2026-01-01T00:00:00.000Z';

describe('an item with startBy', () => {
  onDynalite((warden) => {
    test('and reports none by then is overdue before its deadline, and it is said that it is safe to send again', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 600, startBy: 5 });
      await warden().pass(4_000);
      expect(await warden().events(workflow)).toEqual([]);
      await warden().pass(1_000);
      expect((await warden().read(workflow, 'a')).json).toMatchObject({
        state: 'overdue',
        neverStarted: true,
        caughtBy: 'timer',
      });
      expect(await warden().events(workflow)).toMatchObject([
        { event: 'item.overdue', item: 'a', neverStarted: true },
      ]);
      const [notification, ...none] = await warden().notifications(workflow);
      expect(none).toEqual([]);
      expect(notification).toMatchObject({ neverStarted: 1, items: [{ item: 'a', neverStarted: true }] });
      expect(notification && notificationText(notification)).toMatch(/never started.*safe to send/);
    });

    test('and a step in time is not overdue until its deadline (P2)', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 20, startBy: 5 });
      await warden().pass(4_000);
      await warden().progress(workflow, 'a', { step: 'copied' });
      await warden().pass(15_000);
      expect(await warden().events(workflow)).toEqual([]);
      expect(await warden().notifications(workflow)).toEqual([]);
      await warden().pass(1_000);
      const [event, ...none] = await warden().events(workflow);
      expect(none).toEqual([]);
      expect(event).toMatchObject({ event: 'item.overdue', step: 'copied' });
      expect(event).not.toHaveProperty('neverStarted');
      const [notification] = await warden().notifications(workflow);
      expect(notification).toMatchObject({ neverStarted: 0 });
      expect(notification && notificationText(notification)).not.toContain('never started');
    });

    test('and no step by its deadline, because its timer was late, is overdue like any other', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 20, startBy: 5 });
      await warden().pass(20_000);
      const [event] = await warden().events(workflow);
      expect(event).toMatchObject({ event: 'item.overdue' });
      expect(event).not.toHaveProperty('neverStarted');
    });

    test('that is completed without a step is done', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 600, startBy: 5 });
      expect((await warden().complete(workflow, 'a')).json).toMatchObject({ outcome: 'on-time' });
      await warden().pass(10_000);
      expect(await warden().events(workflow)).toEqual([]);
    });

    test('and reports it too late is not said to be safe to send again any more', async () => {
      const workflow = warden().newWorkflow();
      for (const item of ['slow', 'lost'])
        await warden().register(workflow, item, { timeout: 600, startBy: 5 });
      await warden().pass(6_000);
      expect(await warden().notifications(workflow)).toMatchObject([{ neverStarted: 2 }]);
      const late = await warden().progress(workflow, 'slow', { step: 'copied' });
      expect(late.json).toMatchObject({ state: 'overdue', step: 'copied' });
      expect(late.json).not.toHaveProperty('neverStarted');
      await warden().register(workflow, 'other', { timeout: 5 });
      await warden().pass(60_000);
      await sweepOne(warden(), workflow);
      const [notification] = await warden().notifications(workflow);
      expect(notification).toMatchObject({ event: 'updated', counts: { overdue: 3 }, neverStarted: 1 });
      const unstarted = notification?.items.filter(({ neverStarted }) => neverStarted);
      expect(unstarted?.map(({ item }) => item)).toEqual(['lost']);
    });
  });
});

describe('a first step at the very moment of startBy', () => {
  let warden: EmbeddedWarden;
  let faults: Faults;
  beforeAll(async () => {
    warden = await startWarden();
    faults = new Faults(warden);
  });
  afterAll(() => warden.close());

  test('wins, before whichever call of the timer it arrives; or the item is overdue, and the reply says so (P2)', async () => {
    const outcomes = new Set<string>();
    for (let at = 0; ; at++) {
      const workflow = warden.newWorkflow();
      faults.revive();
      await warden.register(workflow, 'a', { timeout: 600, startBy: 5 });
      warden.clock.advance(5_000);
      const { timer = '' } = (await warden.aws.service.items.readOpen(workflow, 'a')) ?? {};
      let reply: { state: string } | undefined;
      faults.interleave(at, async () => {
        reply = (await warden.progress(workflow, 'a', { step: 'copied' })).json;
      });
      const body = JSON.stringify({ workflow, item: 'a', timer, armedAt: longAgo });
      await warden.functions.checkTimers({ Records: [{ messageId: '1', body }] });
      faults.revive();
      if (reply === undefined) break;
      outcomes.add(reply.state);
      const { json } = await warden.read(workflow, 'a');
      expect(json).toMatchObject({ state: reply.state, step: 'copied' });
      // A step that was acknowledged while the item waited is never reported as missing.
      expect(await warden.events(workflow)).toHaveLength(reply.state === 'overdue' ? 1 : 0);
      await warden.pass(600_000);
      const events = await warden.events(workflow);
      if (reply.state === 'waiting') expect(events).toMatchObject([{ event: 'item.overdue' }]);
      else expect(events).toEqual([]);
    }
    expect(outcomes).toEqual(new Set(['waiting', 'overdue']));
  });
});
