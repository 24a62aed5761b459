import { describe, expect, test } from 'vitest';
import { onEngines } from '../../support/on-engines.ts';

describe('register', () => {
  onEngines((warden) => {
    test('creates the watch of a new item and says so', async () => {
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
      expect(again.json).toEqual({ ...first.json, outcome: 'unchanged' });
      expect((await warden().read(workflow, 'scan-1')).json.data).toBe(1);
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
      const told = (await warden().notifications(workflow)).flatMap(({ items }) =>
        items.map(({ attempt }) => attempt),
      );
      expect(told).toEqual([1, 2]);
    });

    test("takes the workflow's timeout when none is given, and says what to give when there is none", async () => {
      const workflow = warden().newWorkflow();
      const missing = await warden().register(workflow, 'scan-1', {});
      expect(missing).toMatchObject({ status: 422, json: { code: 'deadline-missing' } });
      await warden().request('PUT', `/v1/workflows/${workflow}`, { body: { timeout: 'PT2M' } });
      warden().clock.advance(5_001);
      const reply = await warden().register(workflow, 'scan-1', {});
      expect(reply.json.deadline).toBe(new Date(warden().clock.now() + 120_000).toISOString());
    });

    test('enters the workflow in the registry before it answers (P1)', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'scan-1', { timeout: 60 });
      expect(await warden().aws.service.registry.readWorkflow(workflow)).toMatchObject({ name: workflow });
    });

    test('that is refused leaves no item behind', async () => {
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
  });
});
