import { describe, expect, test } from 'vitest';
import { onOneEngine } from '../../../support/on-engines.ts';
import { sweepOne } from '../../../support/sweep-one.ts';

describe('register', () => {
  onOneEngine((warden) => {
    test('starts the watch of a new item and says so', async () => {
      const workflow = warden().newWorkflow();
      const now = new Date(warden().clock.now()).toISOString();
      const reply = await warden().register(workflow, 'scan-1', {
        timeout: 'PT1M',
        step: 'uploaded',
        tags: { customer: 'acme' },
        run: 'r1',
        data: { key: 'a' },
      });
      expect(reply.status).toBe(201);
      expect(reply.headers.etag).toBe('"1"');
      expect(reply.json).toEqual({
        outcome: 'created',
        workflow,
        item: 'scan-1',
        attempt: 1,
        state: 'waiting',
        deadline: new Date(warden().clock.now() + 60_000).toISOString(),
        registeredAt: now,
        startedAt: now,
        step: 'uploaded',
        steps: [{ step: 'uploaded', at: now }],
        tags: { customer: 'acme' },
        run: 'r1',
      });
    });

    test('of a waiting item changes nothing, above all not its deadline (P4)', async () => {
      const workflow = warden().newWorkflow();
      const first = await warden().register(workflow, 'scan-1', { timeout: 60, data: 1 });
      warden().clock.advance(10_000);
      const again = await warden().register(workflow, 'scan-1', { timeout: 600, data: 2, step: 'x' });
      expect(again.status).toBe(200);
      const ignored = ['timeout', 'data', 'step'];
      expect(again.json).toEqual({ ...first.json, outcome: 'unchanged', ignored });
      expect((await warden().read(workflow, 'scan-1')).json.data).toBe(1);
    });

    test('of a run that is waiting or overdue is a repeat whatever its deadline would mean by now (P4)', async () => {
      const workflow = warden().newWorkflow();
      const deadline = new Date(warden().clock.now() + 2_000).toISOString();
      const asked = { deadline, run: 'r1', data: 1 };
      const first = await warden().register(workflow, 'scan-1', asked);
      expect(first.status).toBe(201);
      const moved = await warden().progress(workflow, 'scan-1', { timeout: 60 });
      warden().clock.advance(3_000);
      const unchanged = { outcome: 'unchanged', deadline: moved.json.deadline };
      const again = await warden().register(workflow, 'scan-1', asked);
      expect(again.status).toBe(200);
      expect(again.json).toEqual({ ...first.json, ...unchanged, ignored: ['deadline'] });
      for (const same of [
        { ...asked, run: undefined },
        { ...asked, restart: true },
      ]) {
        expect(await warden().register(workflow, 'scan-1', same)).toMatchObject({
          status: 200,
          json: unchanged,
        });
      }
      const body = { operations: [{ op: 'register', item: 'scan-1', ...asked }] };
      const batch = await warden().request('POST', `/v1/workflows/${workflow}/batch`, { body });
      expect(batch.json.results).toMatchObject([{ status: 200, ...unchanged }]);
      // For another run or another item it is bad input.
      const refused = { status: 422, json: { code: 'deadline-out-of-range' } };
      for (const other of [
        { ...asked, run: 'r2' },
        { ...asked, run: undefined, restart: true },
      ]) {
        expect(await warden().register(workflow, 'scan-1', other)).toMatchObject(refused);
      }
      expect(await warden().register(workflow, 'scan-2', asked)).toMatchObject(refused);
      await warden().pass(61_000);
      const late = await warden().register(workflow, 'scan-1', asked);
      expect(late).toMatchObject({
        status: 200,
        json: { outcome: 'unchanged', state: 'overdue', attempt: 1 },
      });
    });

    test('that comes again when its run is overdue or failed hides neither, until a restart is asked for (P1, P4)', async () => {
      const workflow = warden().newWorkflow();
      for (const item of ['overdue', 'failed']) {
        await warden().register(workflow, item, { timeout: 60, run: 'r1' });
      }
      await warden().progress(workflow, 'failed', { failed: { reason: 'the disk is full' } });
      await warden().pass(120_000);
      for (const item of ['overdue', 'failed']) {
        const again = await warden().register(workflow, item, { timeout: 60, run: 'r1' });
        expect(again).toMatchObject({ status: 200, json: { outcome: 'unchanged', state: item, attempt: 1 } });
        const body = { operations: [{ op: 'register', item, timeout: 60, run: 'r1' }] };
        const batch = await warden().request('POST', `/v1/workflows/${workflow}/batch`, { body });
        expect(batch.json.results).toMatchObject([{ status: 200, outcome: 'unchanged', state: item }]);
        const restarted = await warden().register(workflow, item, { timeout: 60, run: 'r1', restart: true });
        expect(restarted).toMatchObject({ status: 200, json: { outcome: 'restarted', attempt: 2 } });
        const other = await warden().register(workflow, item, { timeout: 60, run: 'r1' });
        expect(other.json).toMatchObject({ outcome: 'unchanged', state: 'waiting', attempt: 2 });
      }
    });

    test('of a waiting item is a repeat even if the workflow has no timeout any more (P4)', async () => {
      const workflow = warden().newWorkflow();
      await warden().request('PUT', `/v1/workflows/${workflow}`, { body: { timeout: 60 } });
      await warden().register(workflow, 'scan-1', { run: 'r1' });
      await warden().request('PUT', `/v1/workflows/${workflow}`, { body: {} });
      expect(await warden().register(workflow, 'scan-1', { run: 'r1' })).toMatchObject({
        status: 200,
        json: { outcome: 'unchanged' },
      });
      expect(await warden().register(workflow, 'scan-2', { run: 'r1' })).toMatchObject({ status: 422 });
    });

    test('of a waiting item is a repeat even if its warning would come too late by now (P4)', async () => {
      const workflow = warden().newWorkflow();
      const deadline = new Date(warden().clock.now() + 30_000).toISOString();
      const asked = { deadline, warnAfter: 20, run: 'r1' };
      await warden().register(workflow, 'scan-1', asked);
      warden().clock.advance(15_000);
      const again = await warden().register(workflow, 'scan-1', asked);
      expect(again).toMatchObject({ status: 200, json: { outcome: 'unchanged', deadline } });
      expect(again.json).not.toHaveProperty('ignored');
    });

    test('that is wrong at any time is refused, as it would have been the first time', async () => {
      const workflow = warden().newWorkflow();
      const deadline = new Date(warden().clock.now() + 60_000).toISOString();
      await warden().register(workflow, 'scan-1', { deadline, run: 'r1' });
      for (const [code, asked] of [
        ['deadline-ambiguous', { deadline, timeout: 60, run: 'r1' }],
        ['start-by-ambiguous', { deadline, startBy: 10, step: 'copied', run: 'r1' }],
        ['deadline-out-of-range', { timeout: 1e9, run: 'r1' }],
        ['deadline-out-of-range', { timeout: 'PT0S', run: 'r1' }],
        ['deadline-out-of-range', { deadline, warnAfter: 0, run: 'r1' }],
        ['deadline-out-of-range', { deadline, warnAfter: '0s', run: 'r1' }],
      ] as const) {
        const refused = await warden().register(workflow, 'scan-1', asked);
        expect(refused).toMatchObject({ status: 422, json: { code } });
      }
    });

    test('names the members without effect: those that differ from the item', async () => {
      const workflow = warden().newWorkflow();
      const asked = {
        timeout: 'PT1M',
        startBy: 'PT30S',
        warnAfter: 20,
        tags: { b: '2', a: '1' },
        data: { n: 1 },
      };
      await warden().register(workflow, 'scan-1', asked);
      const ignored = async (body: object) =>
        (await warden().register(workflow, 'scan-1', body)).json.ignored as string[] | undefined;
      expect(await ignored({ ...asked, timeout: 60, tags: { a: '1', b: '2' } })).toBeUndefined();
      expect(await ignored({ timeout: 61, startBy: 31, warnAfter: 21, tags: {}, data: { n: 2 } })).toEqual([
        'timeout',
        'startBy',
        'warnAfter',
        'data',
        'tags',
      ]);
      expect(await ignored({ timeout: 60, step: 'begun' })).toEqual(['step']);
      await warden().progress(workflow, 'scan-1', { step: 'begun' });
      expect(await ignored({ timeout: 60, step: 'begun' })).toBeUndefined();
    });

    test('with another run while one is waiting is refused; with the same run, or none, it is a repeat', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'scan-1', { timeout: 60, run: 'a' });
      const other = await warden().register(workflow, 'scan-1', { timeout: 60, run: 'b' });
      expect(other).toMatchObject({ status: 409, json: { code: 'other-run-waiting' } });
      expect(other.json.detail).toContain('"a"');
      expect(await warden().register(workflow, 'scan-1', { timeout: 60, run: 'a' })).toMatchObject({
        status: 200,
      });
      expect(await warden().register(workflow, 'scan-1', { timeout: 60 })).toMatchObject({ status: 200 });
    });

    test('with restart starts the next attempt of a waiting item, and once for each run (P4)', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'scan-1', {
        timeout: 60,
        run: 'a',
        step: 'x',
        data: [1],
        tags: { t: '1' },
      });
      const restart = { timeout: 120, run: 'b', restart: true };
      const restarted = await warden().register(workflow, 'scan-1', restart);
      expect(restarted).toMatchObject({ status: 200, headers: { etag: '"2"' } });
      expect(restarted.json).toMatchObject({
        outcome: 'restarted',
        attempt: 2,
        run: 'b',
        steps: [],
        tags: { t: '1' },
      });
      expect(restarted.json).not.toHaveProperty('step');
      const repeated = await warden().register(workflow, 'scan-1', restart);
      expect(repeated.json).toMatchObject({ outcome: 'unchanged', attempt: 2 });
      expect((await warden().read(workflow, 'scan-1')).json.data).toEqual([1]);
    });

    test('of an overdue item starts its next attempt, which can go overdue in its turn (P3)', async () => {
      const workflow = warden().newWorkflow();
      const first = await warden().register(workflow, 'scan-1', { timeout: 5 });
      await warden().pass(6_000);
      const second = await warden().register(workflow, 'scan-1', { timeout: 5 });
      expect(second.json).toMatchObject({ outcome: 'restarted', attempt: 2, state: 'waiting' });
      expect(second.json.registeredAt).toBe(first.json.registeredAt);
      expect(second.json.startedAt).not.toBe(first.json.startedAt);
      expect(second.json).not.toHaveProperty('overdueAt');
      await warden().pass(6_000);
      const events = await warden().events(workflow);
      expect(events.map(({ event, attempt }) => `${event} ${attempt}`)).toEqual([
        'item.overdue 1',
        'item.overdue 2',
      ]);
      // People are notified once of both breaches, and by the sweep of the outcome of the first.
      const [opened, ...none] = await warden().notifications(workflow);
      expect(opened).toMatchObject({ event: 'opened', items: [{ attempt: 1 }] });
      expect(none).toEqual([]);
      expect(events.map(({ incident }) => incident)).toEqual([opened?.incident, opened?.incident]);
      // Items of other tests go overdue in the first minute, and take its budget of notifications.
      for (const minute of [60_000, 60_000]) await warden().pass(minute);
      await sweepOne(warden(), workflow);
      expect(await warden().notifications(workflow)).toMatchObject([
        { event: 'updated', changes: { overdue: 0, restarted: 1 }, items: [{ attempt: 2 }] },
      ]);
    });

    test("takes the workflow's timeout if none is given, and says what to send if there is none", async () => {
      const workflow = warden().newWorkflow();
      const missing = await warden().register(workflow, 'scan-1', {});
      expect(missing).toMatchObject({ status: 422, json: { code: 'deadline-missing' } });
      await warden().request('PUT', `/v1/workflows/${workflow}`, { body: { timeout: 'PT2M' } });
      const reply = await warden().register(workflow, 'scan-1', {});
      expect(reply.json.deadline).toBe(new Date(warden().clock.now() + 120_000).toISOString());
    });

    test('sets startBy and warnAfter from the request or from the workflow', async () => {
      const workflow = warden().newWorkflow();
      await warden().request('PUT', `/v1/workflows/${workflow}`, { body: { warnAfter: 30 } });
      // Timers fire on the second.
      warden().clock.set(Math.ceil(warden().clock.now() / 1_000) * 1_000);
      const startBy = new Date(warden().clock.now() + 20_000).toISOString();
      const reply = await warden().register(workflow, 'scan-1', { timeout: 60, startBy: 'PT20S' });
      expect(reply.json).toMatchObject({ startBy, deadline: expect.any(String) });
      const record = await warden().aws.service.items.readOpen(workflow, 'scan-1');
      // One timer, at the earliest of the three times.
      expect(record).toMatchObject({ startBy, warnAfterMs: 30_000, timerAt: startBy });
      const own = await warden().register(workflow, 'scan-2', { timeout: 60, warnAfter: 'PT10S' });
      expect(own.status).toBe(201);
      const timerAt = new Date(warden().clock.now() + 10_000).toISOString();
      expect(await warden().aws.service.items.readOpen(workflow, 'scan-2')).toMatchObject({
        warnAfterMs: 10_000,
        timerAt,
      });
    });

    test("with an impossible startBy or warnAfter is refused with the member's name, and leaves no item (P7)", async () => {
      const workflow = warden().newWorkflow();
      for (const [body, code, path] of [
        [{ startBy: 10, step: 'uploaded' }, 'start-by-ambiguous', 'step'],
        [{ startBy: 60 }, 'deadline-out-of-range', 'startBy'],
        [{ warnAfter: 60 }, 'deadline-out-of-range', 'warnAfter'],
      ] as const) {
        expect(await warden().register(workflow, 'scan-1', { timeout: 60, ...body })).toMatchObject({
          status: 422,
          json: { code, errors: [{ path }] },
        });
      }
      expect((await warden().read(workflow, 'scan-1')).status).toBe(404);
    });

    test('enters the workflow in the registry before it replies (P1)', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'scan-1', { timeout: 60 });
      expect(await warden().aws.service.registry.readWorkflow(workflow)).toMatchObject({ name: workflow });
    });

    test('that is refused leaves no item', async () => {
      const workflow = warden().newWorkflow();
      for (const body of [
        { timeout: 0 },
        { timeout: 60, deadline: '2026-03-02T00:00:00Z' },
        { timeout: 1e9 },
      ]) {
        expect((await warden().register(workflow, 'scan-1', body)).status).toBe(422);
      }
      expect((await warden().read(workflow, 'scan-1')).status).toBe(404);
    });

    describe('that was kept', () => {
      const hour = 3_600_000;

      test('counts its times from when it was made', async () => {
        const workflow = warden().newWorkflow();
        const made = warden().clock.now() - hour;
        const body = { timeout: 7200, startBy: 5400, step: undefined, age: 3600 };
        const { status, json } = await warden().register(workflow, 'x', body);
        expect([status, json.deadline, json.startBy, json.startedAt]).toEqual([
          201,
          ...[2 * hour, 1.5 * hour, 0].map((ms) => new Date(made + ms).toISOString()),
        ]);
      });

      test('past its deadline is overdue at the next check, with the deadline that it had (P1)', async () => {
        const workflow = warden().newWorkflow();
        const deadline = new Date(warden().clock.now() - hour / 2).toISOString();
        const { status } = await warden().register(workflow, 'x', { timeout: 1800, age: 3600 });
        expect(status).toBe(201);
        await warden().pass(1_000);
        expect((await warden().read(workflow, 'x')).json).toMatchObject({ state: 'overdue', deadline });
        const [told] = await warden().notifications(workflow);
        expect(told).toMatchObject({ event: 'opened', items: [{ item: 'x', deadline }] });
      });

      test('past its deadline is no alarm if its completion comes before the next check (P2)', async () => {
        const workflow = warden().newWorkflow();
        await warden().register(workflow, 'x', { timeout: 1800, age: 3600 });
        expect((await warden().complete(workflow, 'x')).json).toEqual({
          outcome: 'late',
          attempt: 1,
          tookMs: hour,
          lateByMs: hour / 2,
        });
        await warden().pass(60_000);
        await sweepOne(warden(), workflow);
        expect(await warden().notifications(workflow)).toEqual([]);
      });

      test('changes nothing if the item is waiting, or if its run is over (P4)', async () => {
        const workflow = warden().newWorkflow();
        await warden().register(workflow, 'x', { timeout: 7200, run: 'r' });
        const again = await warden().register(workflow, 'x', { timeout: 1800, run: 'r', age: 3600 });
        expect([again.status, again.json.outcome]).toEqual([200, 'unchanged']);
        await warden().complete(workflow, 'x');
        const late = await warden().register(workflow, 'x', { timeout: 1800, run: 'r', age: 3600 });
        expect([late.status, late.json.outcome]).toEqual([200, 'completed']);
        await warden().pass(60_000);
        expect(await warden().notifications(workflow)).toEqual([]);
      });

      test('restarts its own run only if it was made after the run was overdue (P1, P4)', async () => {
        const workflow = warden().newWorkflow();
        const body = { timeout: 60, run: 'r', restart: true };
        await warden().register(workflow, 'x', body);
        await warden().pass(62_000);
        await warden().pass(28_000);
        const outcomes: string[] = [];
        for (const age of [90, 89.9, 70, 10]) {
          const { json } = await warden().register(workflow, 'x', { ...body, age });
          outcomes.push(json.outcome);
        }
        expect(outcomes).toEqual(['unchanged', 'unchanged', 'unchanged', 'restarted']);
      });

      test('in a batch is overdue or completed like one alone', async () => {
        const workflow = warden().newWorkflow();
        const register = (item: string) => ({ op: 'register', item, timeout: 1800, age: 3600 });
        const operations = [register('x'), register('y'), { op: 'complete', item: 'y' }, register('z')];
        const path = `/v1/workflows/${workflow}/batch`;
        const { json } = await warden().request('POST', path, { body: { operations } });
        expect(json.results.map(({ status }: { status: number }) => status)).toEqual([201, 201, 200, 201]);
        await warden().pass(2_000);
        const [told] = await warden().notifications(workflow);
        expect(told?.items.map(({ item }) => item)).toEqual(['x', 'z']);
      });

      test.each([[-1], [366 * 86_400 + 1], ['PT1H'], [null]])(
        'for %j seconds is refused (P7)',
        async (age) => {
          const body = { timeout: 60, age };
          const { status, json } = await warden().register(warden().newWorkflow(), 'x', body);
          expect([status, json.errors[0].path]).toEqual([400, 'age']);
        },
      );

      test('asks for what it could have asked for then: a timeout that is too short is refused', async () => {
        const { status, json } = await warden().register(warden().newWorkflow(), 'x', {
          timeout: 0.5,
          age: 3600,
        });
        expect([status, json.code]).toEqual([422, 'deadline-out-of-range']);
      });
    });

    test('users 9: says what a timeout of more than a week in plain seconds is, as it may be meant in milliseconds', async () => {
      const workflow = warden().newWorkflow();
      const hints = [900_000, 604_800, 'P10D', '900000'].map(async (timeout, index) => {
        const { status, json } = await warden().register(workflow, `scan-${index}`, { timeout });
        return [status, json.hint];
      });
      expect(await Promise.all(hints)).toEqual([
        [201, 'timeout is in seconds: 900000 are 10d 10h'],
        [201, undefined],
        [201, undefined],
        [201, undefined],
      ]);
    });
  });
});
