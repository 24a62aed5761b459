import { describe, expect, test, vi } from 'vitest';
import { limits } from '../../../../core/contract/limits.ts';
import { onOneEngine } from '../../../support/on-engines.ts';

describe('progress', () => {
  onOneEngine((warden) => {
    async function waiting(body: object = {}) {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'scan-1', { timeout: 60, ...body });
      return workflow;
    }

    test('records each step and when it was reached; a repeat of the last one adds nothing (P4)', async () => {
      const workflow = await waiting({ step: 'uploaded' });
      warden().clock.advance(1_000);
      await warden().progress(workflow, 'scan-1', { step: 'copied' });
      const at = new Date(warden().clock.now()).toISOString();
      warden().clock.advance(1_000);
      const reply = await warden().progress(workflow, 'scan-1', {
        step: 'copied',
        tags: { size: 'large' },
      });
      expect(reply).toMatchObject({ status: 200, headers: { etag: '"1"' } });
      expect(reply.json).toMatchObject({ step: 'copied', tags: { size: 'large' } });
      expect(reply.json.steps).toMatchObject([{ step: 'uploaded' }, { step: 'copied', at }]);
    });

    test('recognises a step that this attempt has already reached as a repeat, however late (P4)', async () => {
      const workflow = await waiting({ timeout: 60, step: 'a' });
      await warden().progress(workflow, 'scan-1', { step: 'b' });
      await warden().progress(workflow, 'scan-1', { step: 'c' });
      const reached = (await warden().read(workflow, 'scan-1')).json.steps;
      // In the fast path, with other changes beside it, and of an overdue item.
      for (const step of ['a', 'b']) {
        expect((await warden().progress(workflow, 'scan-1', { step })).json).toMatchObject({ step: 'c' });
        const more = { step, timeout: 600, tags: { step } };
        const { json } = await warden().progress(workflow, 'scan-1', more);
        expect(json).toMatchObject({ step: 'c', tags: { step }, steps: reached });
        expect(Date.parse(json.deadline)).toBe(warden().clock.now() + 600_000);
      }
      await warden().pass(601_000);
      const overdue = await warden().progress(workflow, 'scan-1', { step: 'a' });
      expect(overdue.json).toMatchObject({ state: 'overdue', step: 'c', steps: reached });
      // Another attempt reaches the step again.
      await warden().register(workflow, 'scan-1', { timeout: 60 });
      const anew = await warden().progress(workflow, 'scan-1', { step: 'a' });
      expect(anew.json).toMatchObject({ attempt: 2, step: 'a', steps: [{ step: 'a' }] });
    });

    test('never restores the deadline of an earlier step by a late repeat of it (P2, P4)', async () => {
      const workflow = await waiting({ timeout: 600 });
      const copied = { step: 'copied', timeout: 60 };
      await warden().progress(workflow, 'scan-1', copied);
      const { deadline } = (await warden().progress(workflow, 'scan-1', { step: 'packed', timeout: 3_600 }))
        .json;
      expect((await warden().progress(workflow, 'scan-1', copied)).json).toMatchObject({
        deadline,
        step: 'packed',
      });
      await warden().pass(600_000);
      expect(await warden().events(workflow)).toEqual([]);
      // The current step can have less time, like any item.
      const sooner = (await warden().progress(workflow, 'scan-1', { step: 'packed', timeout: 60 })).json;
      expect(sooner.deadline).toBe(new Date(warden().clock.now() + 60_000).toISOString());
    });

    test('is never written over another life of the item that began meanwhile without a receipt (P1, P5)', async () => {
      const workflow = warden().newWorkflow();
      await warden().request('PUT', `/v1/workflows/${workflow}`, { body: { receipts: 0 } });
      await warden().register(workflow, 'scan-1', { timeout: 3_600, data: 'old' });
      warden().clock.advance(1_000);
      const { timers } = warden().aws.service;
      const arm = timers.arm.bind(timers);
      const again = vi.spyOn(timers, 'arm').mockImplementationOnce(async (...which) => {
        await warden().complete(workflow, 'scan-1');
        await warden().register(workflow, 'scan-1', { timeout: 120, data: 'new' });
        return arm(...which);
      });
      await warden().progress(workflow, 'scan-1', { timeout: 1_800, tags: { of: 'old' } });
      again.mockRestore();
      expect((await warden().read(workflow, 'scan-1')).json.data).toBe('new');
    });

    test('keeps the latest steps if there are too many', async () => {
      const workflow = await waiting();
      for (let step = 0; step < limits.steps + 2; step++) {
        await warden().progress(workflow, 'scan-1', { step: `step ${step}` });
      }
      const { steps, step } = (await warden().read(workflow, 'scan-1')).json;
      expect(steps).toHaveLength(limits.steps);
      expect(steps[0].step).toBe('step 2');
      expect(step).toBe(steps.at(-1).step);
    });

    test('moves the deadline later, and the old one is then never reported (P2)', async () => {
      const workflow = await waiting({ timeout: 5 });
      warden().clock.advance(4_000);
      const reply = await warden().progress(workflow, 'scan-1', { timeout: 10 });
      expect(reply.json.deadline).toBe(new Date(warden().clock.now() + 10_000).toISOString());
      await warden().pass(9_000);
      expect(await warden().notifications(workflow)).toEqual([]);
      expect(await warden().events(workflow)).toEqual([]);
      await warden().pass(2_000);
      expect(await warden().events(workflow)).toMatchObject([
        { event: 'item.overdue', deadline: reply.json.deadline },
      ]);
      expect(await warden().notifications(workflow)).toMatchObject([
        { items: [{ item: 'scan-1', overdueByMs: 1_000 }] },
      ]);
    });

    test('moves the deadline earlier, and the item is noticed then (P1)', async () => {
      const workflow = await waiting({ timeout: 3_600 });
      expect((await warden().progress(workflow, 'scan-1', { timeout: 5 })).status).toBe(200);
      await warden().pass(6_000);
      expect(await warden().notifications(workflow)).toMatchObject([{ items: [{ item: 'scan-1' }] }]);
      expect(await warden().events(workflow)).toMatchObject([{ event: 'item.overdue', item: 'scan-1' }]);
    });

    test('handles any order of later and earlier deadlines (P1, P2)', async () => {
      const workflow = await waiting({ timeout: 20 });
      for (const timeout of [60, 10, 40, 10, 30, 5, 15]) {
        expect((await warden().progress(workflow, 'scan-1', { timeout })).status).toBe(200);
        await warden().pass(2_000);
      }
      expect(await warden().notifications(workflow)).toEqual([]);
      await warden().pass(12_000);
      expect(await warden().notifications(workflow)).toEqual([]);
      expect(await warden().events(workflow)).toEqual([]);
      await warden().pass(2_000);
      expect(await warden().notifications(workflow)).toHaveLength(1);
      expect(await warden().events(workflow)).toHaveLength(1);
    });

    describe('with a deadline that was kept', () => {
      test('counts it from when the request was made', async () => {
        const workflow = await waiting({ timeout: 20 });
        await warden().pass(10_000);
        const { json } = await warden().progress(workflow, 'scan-1', { timeout: 30, age: 5 });
        expect(json.deadline).toBe(new Date(warden().clock.now() + 25_000).toISOString());
      });

      test('accepts one that has passed: the item is overdue since then (P1)', async () => {
        const workflow = await waiting({ timeout: 3_600 });
        await warden().pass(60_000);
        const { status } = await warden().progress(workflow, 'scan-1', { timeout: 20, age: 30 });
        expect(status).toBe(200);
        await warden().pass(1_000);
        const [told] = await warden().notifications(workflow);
        expect(told).toMatchObject({ items: [{ item: 'scan-1', overdueByMs: 11_000 }] });
      });

      test('leaves the deadline of a later request, and records the rest (P2, P4)', async () => {
        const workflow = await waiting({ timeout: 20 });
        await warden().pass(10_000);
        const { deadline } = (await warden().progress(workflow, 'scan-1', { timeout: 60 })).json;
        const { json } = await warden().progress(workflow, 'scan-1', { timeout: 10, step: 'copied', age: 5 });
        expect([json.deadline, json.step]).toEqual([deadline, 'copied']);
        await warden().pass(20_000);
        expect(await warden().notifications(workflow)).toEqual([]);
      });
    });

    test('replaces data', async () => {
      const workflow = await waiting({ data: { offset: 1 } });
      await warden().progress(workflow, 'scan-1', { data: { offset: 2 } });
      expect((await warden().read(workflow, 'scan-1')).json.data).toEqual({ offset: 2 });
      await warden().progress(workflow, 'scan-1', { data: null });
      expect((await warden().read(workflow, 'scan-1')).json.data).toBeNull();
    });

    test('fails the item and reports at once, with the reason', async () => {
      const workflow = await waiting({ step: 'copied' });
      const reply = await warden().progress(workflow, 'scan-1', {
        failed: { reason: 'disk\nfull', type: 'IOError' },
      });
      expect(reply.json).toMatchObject({
        state: 'failed',
        failure: { reason: 'disk\nfull', type: 'IOError' },
      });
      expect(await warden().notifications(workflow)).toMatchObject([
        {
          event: 'opened',
          workflow,
          counts: { overdue: 0, failed: 1 },
          reasons: [{ reason: 'disk full', type: 'IOError', count: 1 }],
          items: [{ item: 'scan-1', state: 'failed', step: 'copied' }],
        },
      ]);
      expect(await warden().events(workflow)).toMatchObject([
        { event: 'item.failed', item: 'scan-1', failure: { reason: 'disk\nfull', type: 'IOError' } },
      ]);
    });

    test('fails an item once: repeats of it, and the timer, change and report nothing more (P3, P4)', async () => {
      const workflow = await waiting();
      const first = await warden().progress(workflow, 'scan-1', { failed: { reason: 'first' } });
      const [{ incident } = {}, ...none] = await warden().notifications(workflow);
      expect(none).toEqual([]);
      expect(await warden().events(workflow)).toHaveLength(1);
      warden().clock.advance(1_000);
      const again = await warden().progress(workflow, 'scan-1', { failed: { reason: 'second' } });
      expect(again.json).toEqual({ ...first.json, incident });
      await warden().pass(60_000);
      expect(await warden().notifications(workflow)).toEqual([]);
      expect(await warden().events(workflow)).toEqual([]);
    });

    test('weak point of public reports: records a step of an overdue item, also beside a deadline that it cannot move (P7)', async () => {
      const workflow = await waiting({ timeout: 5 });
      await warden().pass(6_000);
      expect((await warden().progress(workflow, 'scan-1', { step: 'copied' })).json).toMatchObject({
        state: 'overdue',
        step: 'copied',
      });
      const refused = await warden().progress(workflow, 'scan-1', { step: 'later', timeout: 60 });
      expect(refused).toMatchObject({ status: 409, json: { code: 'item-not-waiting' } });
      expect(refused.json.detail).toContain('cannot be changed; step of the request is recorded');
      const kept = (await warden().read(workflow, 'scan-1')).json;
      expect(kept).toMatchObject({ state: 'overdue', step: 'later' });
      // A repeat is refused alike and changes nothing (P4), and a deadline alone leaves nothing behind.
      for (const body of [{ step: 'later', timeout: 60 }, { timeout: 60 }]) {
        expect((await warden().progress(workflow, 'scan-1', body)).status).toBe(409);
        expect((await warden().read(workflow, 'scan-1')).json).toEqual(kept);
      }
    });

    test('of another attempt or run is refused, and changes nothing', async () => {
      const workflow = await waiting({ run: 'a' });
      await warden().register(workflow, 'scan-1', { timeout: 60, run: 'b', restart: true });
      const stale = await warden().progress(workflow, 'scan-1', { timeout: 900 }, { 'if-match': '"1"' });
      expect(stale).toMatchObject({ status: 412, json: { code: 'other-attempt' } });
      const path = `${warden().itemPath(workflow, 'scan-1')}&run=a`;
      expect(await warden().request('PATCH', path, { body: { step: 'x' } })).toMatchObject({ status: 412 });
      const current = await warden().progress(workflow, 'scan-1', { step: 'y' }, { 'if-match': '"2"' });
      expect(current.json).toMatchObject({ attempt: 2, step: 'y' });
      expect(current.json.steps).toHaveLength(1);
    });

    test('of an unknown item is a 404, and creates none', async () => {
      const workflow = warden().newWorkflow();
      for (const body of [{ step: 'x' }, { timeout: 60 }, { failed: { reason: 'x' } }]) {
        expect(await warden().progress(workflow, 'nothing', body)).toMatchObject({
          status: 404,
          json: { code: 'item-not-found' },
        });
      }
      expect((await warden().read(workflow, 'nothing')).status).toBe(404);
    });

    test('without any member is refused', async () => {
      const workflow = await waiting();
      expect(await warden().progress(workflow, 'scan-1', {})).toMatchObject({ status: 400 });
    });
  });
});
