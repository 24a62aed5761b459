import { describe, expect, onTestFinished, test } from 'vitest';
import type { ProgressRequest } from '../../../../core/contract/item.ts';
import { notificationText } from '../../../../core/contract/notification-text.ts';
import { progress } from '../../../../core/operations/items/progress.ts';
import { Faults, refuseEvents } from '../../../support/faults.ts';
import { onOneEngine } from '../../../support/on-engines.ts';
import { startWarden } from '../../../support/start-warden.ts';
import { sweepOne } from '../../../support/sweep-one.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

const minute = 60_000;
const longAgo = '2026-01-01T00:00:00.000Z';

async function started(): Promise<EmbeddedWarden> {
  const warden = await startWarden();
  onTestFinished(() => warden.close());
  return warden;
}

/** A warden with one item, which is stuck in a minute. */
async function withStuckItem(): Promise<{ warden: EmbeddedWarden; workflow: string }> {
  const warden = await started();
  const workflow = warden.newWorkflow();
  await warden.register(workflow, 'a', { timeout: 7_200, stuckAfter: 60 });
  await warden.progress(workflow, 'a', { progress: 1 });
  return { warden, workflow };
}

describe('an item that reports the same progress', () => {
  onOneEngine((warden) => {
    const eventsOf = async (workflow: string) => (await warden().events(workflow)).map(({ event }) => event);

    test('for longer than stuckAfter is warned of, though its heartbeats go on (P1)', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 600, stuckAfter: 'PT5M', data: 'secret' });
      for (let reports = 0; reports < 5; reports++) {
        await warden().progress(workflow, 'a', { progress: 41, timeout: 600 });
        await warden().pass(minute - 1_000);
      }
      expect(await eventsOf(workflow)).toEqual([]);
      await warden().pass(6_000);
      const told = await warden().notifications(workflow);
      expect(told).toMatchObject([
        { event: 'opened', level: 'warning', kind: 'stuck', counts: { overdue: 0, failed: 0, stuck: 1 } },
      ]);
      expect(told[0] && notificationText(told[0])).toMatch(
        /1 item stuck: no progress[\s\S]*no progress for 5m.*, at 41/,
      );
      expect(await warden().events(workflow)).toMatchObject([{ event: 'item.stuck', progress: 41 }]);
      const { json } = await warden().read(workflow, 'a');
      expect(json).toMatchObject({ state: 'waiting', progress: 41, stuckAt: expect.any(String) });
      expect(JSON.stringify(told)).not.toContain('secret');
    });

    test('is warned of by the timer alone when no request comes any more, before its deadline (P1)', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 3_600, stuckAfter: 60 });
      await warden().progress(workflow, 'a', { progress: 'page-1' });
      await warden().pass(59_000);
      expect(await eventsOf(workflow)).toEqual([]);
      await warden().pass(2_000);
      expect(await eventsOf(workflow)).toEqual(['item.stuck']);
      await warden().pass(3_540_000);
      expect(await eventsOf(workflow)).toEqual(['item.overdue']);
    });

    test('is found by the sweep if its timer is lost (P1)', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 3_600, stuckAfter: 60 });
      await warden().progress(workflow, 'a', { progress: 1 });
      warden().clock.advance(60_000 + 121_000);
      await sweepOne(warden(), workflow);
      expect(await eventsOf(workflow)).toEqual(['item.stuck']);
      expect(await warden().notifications(workflow)).toMatchObject([{ kind: 'stuck' }]);
    });

    test('without stuckAfter is warned of after three reports that are a minute apart', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 3_600 });
      for (let reports = 0; reports < 3; reports++) {
        await warden().progress(workflow, 'a', { progress: 7, timeout: 3_600 });
        expect(await eventsOf(workflow)).toEqual([]);
        if (reports < 2) await warden().pass(minute);
      }
      await warden().pass(2_000);
      expect(await eventsOf(workflow)).toEqual(['item.stuck']);
    });

    test('is not warned of for repeats of one request, however many (P2, P4)', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 3_600 });
      await warden().progress(workflow, 'a', { progress: 7 });
      for (let repeats = 0; repeats < 10; repeats++) {
        await warden().pass(5_000);
        await warden().progress(workflow, 'a', { progress: 7 });
      }
      // Kept by its caller and sent again: it was made when the first one was.
      for (let repeats = 0; repeats < 3; repeats++) {
        await warden().pass(2 * minute);
        await warden().progress(workflow, 'a', { progress: 7, age: 50 + (repeats + 1) * 120 });
      }
      await warden().pass(minute);
      expect(await eventsOf(workflow)).toEqual([]);
    });

    test('is not warned of for heartbeats that name no progress, for values that change, or for new steps (P2)', async () => {
      const workflow = warden().newWorkflow();
      await warden().request('PUT', `/v1/workflows/${workflow}`, { body: { timeout: 600, stuckAfter: 90 } });
      for (const item of ['silent', 'moving', 'stepping']) await warden().register(workflow, item, {});
      for (let reports = 0; reports < 6; reports++) {
        await warden().progress(workflow, 'silent', { timeout: 600 });
        await warden().progress(workflow, 'moving', { timeout: 600, progress: reports });
        await warden().progress(workflow, 'stepping', { timeout: 600, progress: 1, step: `s${reports}` });
        await warden().pass(minute);
        await warden().progress(workflow, 'stepping', { step: `t${reports}` });
      }
      expect(await eventsOf(workflow)).toEqual([]);
    });

    test('is warned of once while it stands still, and again only after it has moved (P3, P6)', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 7_200, stuckAfter: 60 });
      const report = (progress: number) => warden().progress(workflow, 'a', { progress, timeout: 7_200 });
      await report(1);
      await warden().pass(61_000);
      expect(await eventsOf(workflow)).toEqual(['item.stuck']);
      for (let reports = 0; reports < 5; reports++) {
        await report(1);
        await warden().pass(minute);
      }
      expect(await eventsOf(workflow)).toEqual([]);
      expect((await report(2)).json).not.toHaveProperty('stuckAt');
      await warden().pass(61_000);
      expect(await eventsOf(workflow)).toEqual(['item.stuck']);
    });

    test('keeps its incident open until it moves or ends, and then it is resolved', async () => {
      const workflow = warden().newWorkflow();
      for (const item of ['moves', 'ends']) {
        await warden().register(workflow, item, { timeout: 7_200, stuckAfter: 60 });
        await warden().progress(workflow, item, { progress: 1 });
      }
      await warden().pass(61_000);
      const [opened] = await warden().notifications(workflow);
      expect(opened).toMatchObject({ kind: 'stuck', counts: { stuck: 2 } });
      const list = await warden().request('GET', `/v1/workflows/${workflow}/items?state=waiting&stuck=true`);
      expect(list.json.items).toHaveLength(2);
      await warden().pass(30 * minute);
      await sweepOne(warden(), workflow);
      expect(await warden().notifications(workflow)).toEqual([]);
      const read = () => warden().request('GET', `/v1/incidents/${opened?.incident}`);
      expect((await read()).json).toMatchObject({ state: 'open', counts: { stuck: 2 } });
      await warden().progress(workflow, 'moves', { step: 'next' });
      expect((await read()).json).toMatchObject({ counts: { stuck: 1 } });
      await warden().complete(workflow, 'ends');
      // Not so long that the one which moves is stuck again.
      await warden().pass(50_000);
      await sweepOne(warden(), workflow);
      expect(await warden().notifications(workflow)).toMatchObject([
        { event: 'resolved', kind: 'stuck', level: 'info' },
      ]);
    });

    test('starts afresh with the next attempt and with a new life', async () => {
      const workflow = warden().newWorkflow();
      const body = { timeout: 7_200, stuckAfter: 60 };
      await warden().register(workflow, 'a', body);
      await warden().progress(workflow, 'a', { progress: 1 });
      await warden().pass(50_000);
      const { json } = await warden().register(workflow, 'a', { ...body, restart: true });
      expect(json).not.toHaveProperty('progress');
      await warden().pass(5 * minute);
      await warden().complete(workflow, 'a');
      expect((await warden().register(workflow, 'a', body)).json).not.toHaveProperty('progress');
      await warden().pass(5 * minute);
      expect(await eventsOf(workflow)).toEqual([]);
    });
  });

  test('and cannot be announced by the sweep is announced later, and nobody is told that all is well (P1, P3)', async () => {
    const { warden, workflow } = await withStuckItem();
    const { timer = '' } = (await warden.aws.service.items.readOpen(workflow, 'a')) ?? {};
    await warden.aws.service.timers.disarm(timer);
    warden.clock.advance(61_000 + 121_000);
    const { restore } = refuseEvents(warden.aws.sns, () => true);
    await sweepOne(warden, workflow).catch(() => {});
    restore();
    for (let minutes = 0; minutes < 3; minutes++) {
      await warden.pass(minute);
      await sweepOne(warden, workflow);
    }
    expect((await warden.events(workflow)).map(({ event }) => event)).toEqual(['item.stuck']);
    const told = await warden.notifications(workflow);
    expect(told[0]).toMatchObject({ event: 'opened' });
    for (const { event, counts } of told)
      expect({ isEnd: event === 'resolved', stuck: counts.stuck }).toEqual({ isEnd: false, stuck: 1 });
  });

  test('and moves before people could be told of it is not told of (P2)', async () => {
    const { warden, workflow } = await withStuckItem();
    const { budget } = warden.aws.service;
    const take = budget.take.bind(budget);
    budget.take = async () => false;
    await warden.pass(61_000);
    budget.take = take;
    await warden.progress(workflow, 'a', { progress: 2 });
    for (let sweeps = 0; sweeps < 3; sweeps++) {
      await warden.pass(15_000);
      await sweepOne(warden, workflow);
    }
    expect(await warden.notifications(workflow)).toEqual([]);
  });

  test('and cannot be counted keeps its incident, and no other waits for it (P8)', async () => {
    const { warden, workflow } = await withStuckItem();
    await warden.pass(61_000);
    await warden.register(workflow, 'b', { timeout: 60 });
    await warden.pass(61_000);
    await warden.complete(workflow, 'b');
    await warden.notifications(workflow);
    await warden.pass(2 * minute);
    const { byTime } = warden.aws.service.items;
    const countStuck = byTime.countStuck.bind(byTime);
    byTime.countStuck = () => Promise.reject(new Error('throttled'));
    await expect(sweepOne(warden, workflow)).rejects.toThrow('throttled');
    expect(await warden.notifications(workflow)).toMatchObject([{ event: 'resolved', kind: 'overdue' }]);
    byTime.countStuck = countStuck;
    await sweepOne(warden, workflow);
    expect(await warden.notifications(workflow)).toEqual([]);
  });

  test('arms no timer in the past, whatever heartbeats come (P7)', async () => {
    const warden = await started();
    const workflow = warden.newWorkflow();
    const { timers } = warden.aws.service;
    const aheadMs: number[] = [];
    const arm: typeof timers.arm = (item, at) => {
      aheadMs.push(at - warden.clock.now());
      return timers.arm(item, at);
    };
    const service = {
      ...warden.aws.service,
      timers: Object.assign(Object.create(timers), { arm }),
      leastTimeoutSeconds: 60,
    };
    const patch = (request: ProgressRequest) =>
      progress(service, { workflow, item: 'a', only: {}, request, data: undefined });
    await warden.register(workflow, 'a', { timeout: 3_600 });
    for (const request of [{ progress: 7 }, { progress: 7 }, { progress: 7, timeout: 1_800 }]) {
      await patch(request);
      warden.clock.advance(minute + 333);
    }
    for (let heartbeats = 0; heartbeats < 3; heartbeats++) {
      warden.clock.advance(10_000);
      await patch({ timeout: 3_600 });
    }
    expect(aheadMs.length).toBeGreaterThan(0);
    expect(Math.min(...aheadMs)).toBeGreaterThanOrEqual(minute);
  });

  test('but moves while people are warned of it is not recorded as stuck (P2)', async () => {
    const warden = await startWarden();
    try {
      const faults = new Faults(warden);
      const workflow = warden.newWorkflow();
      await warden.register(workflow, 'a', { timeout: 600, stuckAfter: 60 });
      await warden.progress(workflow, 'a', { progress: 1 });
      warden.clock.advance(61_000);
      const { timer = '' } = (await warden.aws.service.items.readOpen(workflow, 'a')) ?? {};
      const body = JSON.stringify({ workflow, item: 'a', timer, armedAt: longAgo });
      faults.interleaveAt('PublishBatchCommand', async () => {
        await warden.progress(workflow, 'a', { progress: 2 });
      });
      await warden.functions.checkTimers({ Records: [{ messageId: '1', body }] });
      faults.revive();
      expect((await warden.read(workflow, 'a')).json).toMatchObject({ progress: 2 });
      expect((await warden.read(workflow, 'a')).json).not.toHaveProperty('stuckAt');
      expect(await warden.notifications(workflow)).toEqual([]);
      await warden.pass(61_000);
      expect((await warden.events(workflow)).map(({ event }) => event)).toEqual(['item.stuck', 'item.stuck']);
    } finally {
      await warden.close();
    }
  });
});
