import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { notificationText } from '../../../../core/contract/notification-text.ts';
import { Faults } from '../../../support/faults.ts';
import { onOneEngine } from '../../../support/on-engines.ts';
import { startWarden } from '../../../support/start-warden.ts';
import { sweepOne } from '../../../support/sweep-one.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

const longAgo = '2026-01-01T00:00:00.000Z';

describe('an item with startBy', () => {
  onOneEngine((warden) => {
    test('users 2 and 4: and reports none by then is reported as not started: people are notified to look at the queue first', async () => {
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
        { event: 'item.not-started', item: 'a', neverStarted: true },
      ]);
      const [notification, ...none] = await warden().notifications(workflow);
      expect(none).toEqual([]);
      expect(notification).toMatchObject({
        kind: 'not-started',
        counts: { overdue: 0, failed: 0, notStarted: 1 },
        items: [{ item: 'a', neverStarted: true }],
      });
      const text = notification ? notificationText(notification) : '';
      expect(text).toMatch(/Look at the queue first/);
      expect(text).not.toMatch(/safe to send/);
      const { counts } = (await warden().request('GET', `/v1/workflows/${workflow}`)).json;
      expect(counts).toEqual({ waiting: 0, overdue: 0, failed: 0, notStarted: 1 });
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
      expect(notification).toMatchObject({ kind: 'overdue' });
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

    test('public report M: and reports it too late waits for its deadline again, and is watched (P1)', async () => {
      const workflow = warden().newWorkflow();
      for (const item of ['slow', 'lost'])
        await warden().register(workflow, item, { timeout: 600, startBy: 5 });
      await warden().pass(6_000);
      expect(await warden().notifications(workflow)).toMatchObject([{ counts: { notStarted: 2 } }]);
      const late = await warden().progress(workflow, 'slow', { step: 'copied' });
      expect(late.json).toMatchObject({ state: 'waiting', step: 'copied' });
      for (const name of ['neverStarted', 'overdueAt', 'caughtBy'])
        expect(late.json).not.toHaveProperty(name);
      await warden().pass(60_000);
      await sweepOne(warden(), workflow);
      const [notification] = await warden().notifications(workflow);
      expect(notification).toMatchObject({
        event: 'updated',
        counts: { notStarted: 1 },
        changes: { begunLate: 1 },
      });
      expect(notification?.items.map(({ item }) => item)).toEqual(['lost']);
      // Its own timer finds it at its deadline.
      await warden().pass(534_000);
      expect(await warden().events(workflow)).toMatchObject([
        { event: 'item.not-started' },
        { event: 'item.not-started' },
        { event: 'item.overdue', item: 'slow', step: 'copied' },
      ]);
      expect((await warden().read(workflow, 'slow')).json).toMatchObject({
        state: 'overdue',
        caughtBy: 'timer',
      });
    });

    test('public report M: and is begun late and completed in time has recovered', async () => {
      const workflow = warden().newWorkflow();
      for (const item of ['begun', 'never'])
        await warden().register(workflow, item, { timeout: 600, startBy: 5 });
      await warden().pass(6_000);
      await warden().progress(workflow, 'begun', { step: 'copied' });
      for (const item of ['begun', 'never']) {
        expect((await warden().complete(workflow, item)).json).toMatchObject({ outcome: 'recovered' });
      }
      await warden().pass(60_000);
      await sweepOne(warden(), workflow);
      const [, resolved] = await warden().notifications(workflow);
      expect(resolved).toMatchObject({
        event: 'resolved',
        outcomes: { completedLate: 0, recovered: 1, begunLate: 1 },
      });
    });

    test('and never does is overdue too at its deadline, which people are notified of (P1)', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 600, startBy: 5 });
      await warden().pass(6_000);
      await warden().notifications(workflow);
      await warden().pass(600_000);
      await sweepOne(warden(), workflow);
      const told = await warden().notifications(workflow);
      expect(told).toContainEqual(
        expect.objectContaining({ event: 'opened', kind: 'overdue', counts: { overdue: 1, failed: 0 } }),
      );
      expect((await warden().events(workflow)).map(({ event }) => event)).toEqual([
        'item.not-started',
        'item.overdue',
      ]);
      const { json } = await warden().read(workflow, 'a');
      expect(json).toMatchObject({ state: 'overdue' });
      expect(json).not.toHaveProperty('neverStarted');
    });

    test('and reports it after its deadline is overdue, and told of at once', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 600, startBy: 5 });
      await warden().pass(6_000);
      await warden().notifications(workflow);
      warden().clock.advance(600_000);
      const late = await warden().progress(workflow, 'a', { step: 'copied' });
      expect(late.json).toMatchObject({ state: 'overdue', step: 'copied' });
      expect(await warden().notifications(workflow)).toMatchObject([{ event: 'opened', kind: 'overdue' }]);
    });

    test('is in no redrive or discard that does not ask for it', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 600, startBy: 5 });
      await warden().register(workflow, 'b', { timeout: 5 });
      await warden().pass(6_000);
      const discard = (body: object) =>
        warden().request('POST', `/v1/workflows/${workflow}/discards`, { body });
      const matched = async (filter: object) =>
        (await discard({ ...filter, dryRun: true })).json.items.map(({ item }: { item: string }) => item);
      expect(await matched({})).toEqual(['b']);
      expect(await matched({ state: 'overdue' })).toEqual(['b']);
      expect(await matched({ started: false })).toEqual(['b', 'a']);
      expect(await matched({ ids: ['a'] })).toEqual(['a']);
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

  test('wins, before whichever call of the timer it arrives; or the item was reported and waits again (P2)', async () => {
    const outcomes = new Set<string>();
    for (let at = 0; ; at++) {
      const workflow = warden.newWorkflow();
      faults.revive();
      await warden.register(workflow, 'a', { timeout: 600, startBy: 5 });
      warden.clock.advance(5_000);
      const { timer = '' } = (await warden.aws.service.items.readOpen(workflow, 'a')) ?? {};
      let reply: unknown;
      faults.interleave(at, async () => {
        reply = (await warden.progress(workflow, 'a', { step: 'copied' })).json;
      });
      const body = JSON.stringify({ workflow, item: 'a', timer, armedAt: longAgo });
      await warden.functions.checkTimers({ Records: [{ messageId: '1', body }] });
      faults.revive();
      if (reply === undefined) break;
      const { json } = await warden.read(workflow, 'a');
      expect(json).toMatchObject({ state: 'waiting', step: 'copied' });
      const reported = await warden.events(workflow);
      // A repeat has the same id.
      outcomes.add([...new Set(reported.map(({ event }) => event))].join());
      await warden.pass(600_000);
      expect(await warden.events(workflow)).toMatchObject([{ event: 'item.overdue' }]);
    }
    expect(outcomes).toEqual(new Set(['', 'item.not-started']));
  });
});
