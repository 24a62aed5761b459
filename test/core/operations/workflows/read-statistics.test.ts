import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createLog } from '../../../../core/log.ts';
import { type Period, sumOf } from '../../../../core/model/workflow/statistics.ts';
import { registryKeys } from '../../../../core/names/tables.ts';
import { forgetExpired } from '../../../../local/forget-expired.ts';
import { connectMemory } from '../../../../prove/memory/connect-memory.ts';
import { Faults } from '../../../support/faults.ts';
import { Fleet } from '../../../support/fleet.ts';
import { ManualClock } from '../../../support/manual-clock.ts';
import { seededRandom } from '../../../support/seeded-random.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

const hour = 3_600_000;
const day = 24 * hour;

let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden();
});
afterAll(() => warden.close());

async function statistics(workflow: string, query = '') {
  await warden.aws.service.statistics.flush();
  return warden.request('GET', `/v1/workflows/${workflow}/statistics${query}`);
}

const none = {
  started: 0,
  onTime: 0,
  late: 0,
  recovered: 0,
  overdue: 0,
  failed: 0,
  shadowLate: 0,
  resumed: 0,
};

describe('statistics', () => {
  test('count how each attempt went, once each, however often a request is repeated (P4)', async () => {
    const workflow = warden.newWorkflow();
    for (const item of ['on-time', 'late', 'lost', 'failed', 'recovered']) {
      for (let repeat = 0; repeat < 2; repeat++) {
        await warden.register(workflow, item, { timeout: 600, run: `run of ${item}` });
      }
    }
    warden.clock.advance(60_000);
    for (let repeat = 0; repeat < 2; repeat++) {
      await warden.complete(workflow, 'on-time');
      for (const item of ['failed', 'recovered']) {
        await warden.progress(workflow, item, { failed: { reason: 'the disk is full' } });
      }
    }
    for (let repeat = 0; repeat < 2; repeat++) await warden.complete(workflow, 'recovered');
    await warden.pass(600_000);
    for (let repeat = 0; repeat < 2; repeat++) await warden.complete(workflow, 'late');
    const { status, json } = await statistics(workflow);
    expect(status).toBe(200);
    expect(json.total).toMatchObject({
      ...none,
      started: 5,
      onTime: 1,
      late: 1,
      recovered: 1,
      overdue: 2,
      failed: 2,
    });
    expect(json.total.durations).toMatchObject({ count: 3, p50Ms: 74_818 });
    expect(json).toMatchObject({ lossRate: 0.4, summary: '2 lost of 5 in 8 days', by: 'day' });
    expect(json.periods).toHaveLength(1);
  });

  test('count once what a timeout on trial would have found, and notify nobody of it', async () => {
    const workflow = warden.newWorkflow();
    await warden.request('PUT', `/v1/workflows/${workflow}`, {
      body: { timeout: 'PT10M', shadowTimeout: 'PT1M' },
    });
    for (const item of ['quick', 'slow', 'late', 'lost']) await warden.register(workflow, item, {});
    warden.clock.advance(60_000);
    await warden.complete(workflow, 'quick');
    warden.clock.advance(1);
    await warden.complete(workflow, 'slow');
    expect(await warden.notifications(workflow)).toEqual([]);
    await warden.pass(600_000);
    await warden.complete(workflow, 'late');
    const { json } = await statistics(workflow);
    expect(json.total).toMatchObject({ started: 4, onTime: 2, late: 1, overdue: 2, shadowLate: 3 });
  });

  test('count what a timeout on trial finds after the deadline only when it is completed', async () => {
    const workflow = warden.newWorkflow();
    await warden.request('PUT', `/v1/workflows/${workflow}`, {
      body: { timeout: 'PT1M', shadowTimeout: 'PT10M' },
    });
    for (const item of ['late', 'later']) await warden.register(workflow, item, {});
    await warden.pass(120_000);
    await warden.complete(workflow, 'late');
    warden.clock.advance(600_000);
    await warden.complete(workflow, 'later');
    const { json } = await statistics(workflow);
    expect(json.total).toMatchObject({ overdue: 2, late: 2, shadowLate: 1 });
  });

  test('are kept by hour for 90 days and by day for 2 years', async () => {
    const workflow = warden.newWorkflow();
    const beginning = warden.clock.now();
    for (let hours = 0; hours < 3; hours++) {
      await warden.register(workflow, `item ${hours}`, { timeout: 3_600 });
      warden.clock.advance(1_000 * (hours + 1));
      await warden.complete(workflow, `item ${hours}`);
      warden.clock.advance(hour);
    }
    const { json } = await statistics(workflow, '?by=hour');
    expect(json.periods).toHaveLength(3);
    for (const period of json.periods) expect(period).toMatchObject({ started: 1, onTime: 1 });
    expect(json.periods[0].from).toBe(new Date(Math.floor(beginning / hour) * hour).toISOString());
    expect(json.total.durations.count).toBe(3);
    expect(json.histogram.map(({ count }: { count: number }) => count)).toEqual([1, 1, 1]);

    const { dynamodb, environment } = warden.aws;
    const table = { name: environment.REGISTRY_TABLE, keys: registryKeys };
    const forget = () => forgetExpired(dynamodb, table, warden.clock.now());
    warden.clock.advance(89 * day);
    expect(
      (await statistics(workflow, `?by=hour&from=${new Date(beginning).toISOString()}`)).json.periods,
    ).toHaveLength(3);
    await forget();
    expect(
      (await statistics(workflow, `?by=hour&from=${new Date(beginning).toISOString()}`)).json.periods,
    ).toHaveLength(3);
    warden.clock.advance(2 * day);
    expect(await forget()).toBeGreaterThanOrEqual(3);
    const from = `from=${new Date(beginning).toISOString()}`;
    expect((await statistics(workflow, `?${from}`)).json).toMatchObject({
      summary: '0 lost of 3 in 91 days',
    });
  });

  test('of the first hour of a day are in the hour and in the day, which begin at the same time', async () => {
    const workflow = warden.newWorkflow();
    warden.clock.set(Math.ceil(warden.clock.now() / day) * day + 1_000);
    await warden.register(workflow, 'a', { timeout: 60 });
    for (const by of ['hour', 'day'])
      expect((await statistics(workflow, `?by=${by}`)).json.total, by).toMatchObject({ ...none, started: 1 });
  });

  test('are not those of another workflow, nor of a time outside of the range', async () => {
    const workflow = warden.newWorkflow();
    await warden.register(workflow, 'a', { timeout: 60 });
    const before = new Date(warden.clock.now()).toISOString();
    warden.clock.advance(2 * day);
    await warden.register(`${workflow}-2`, 'a', { timeout: 60 });
    expect((await statistics(workflow)).json.total).toMatchObject({ ...none, started: 1 });
    const from = new Date(warden.clock.now() - day).toISOString();
    expect((await statistics(workflow, `?from=${from}`)).json).toMatchObject({ total: none, periods: [] });
    const old = await statistics(workflow, `?from=2026-01-01T00:00:00Z&to=${before}`);
    expect(old.json.total).toMatchObject({ started: 1 });
  });

  test.each([
    ['from=2026-11-20T00:00:00Z&to=2026-11-19T00:00:00Z', 'must be before to'],
    ['from=2020-01-01T00:00:00Z', 'at most 731 days'],
    ['by=hour&from=2026-01-01T00:00:00Z', 'at most 90 days'],
    ['by=week', 'received'],
    ['from=yesterday', 'received'],
  ])('of %s are refused with what is allowed (P7)', async (query, message) => {
    const workflow = warden.newWorkflow();
    await warden.register(workflow, 'a', { timeout: 60 });
    const { status, json } = await statistics(workflow, `?${query}`);
    expect(status).toBe(400);
    expect(JSON.stringify(json.errors)).toContain(message);
  });

  test('of an unknown workflow are a 404', async () => {
    expect((await statistics('no-such-workflow')).json.code).toBe('workflow-not-found');
  });

  test('that cannot be written harm no request and are written with the next', async () => {
    const workflow = warden.newWorkflow();
    await warden.register(workflow, 'a', { timeout: 60 });
    const faults = new Faults(warden);
    faults.refuseAt(0);
    await warden.aws.service.statistics.flush();
    faults.revive();
    expect(warden.logLines.join('\n')).toContain('statistics not written yet');
    await warden.register(workflow, 'b', { timeout: 60 });
    const { json } = await statistics(workflow);
    expect(json.total).toMatchObject({ ...none, started: 2 });
    expect(json.total.started).toBe(json.periods[0].started);
  });

  test('cost at most 0.02 write units an item under load', async () => {
    const clock = new ManualClock();
    const aws = await connectMemory({ clock, log: createLog(() => {}) });
    // As many instances of register and of complete as 100 requests a second of 30 ms keep busy.
    const options = { running: { clock, log: aws.service.log }, random: seededRandom(1), instances: 3 };
    const fleet = new Fleet({ aws, ...options });
    const workflow = warden.newWorkflow();
    const items = 6_000;
    for (let item = 0; item < items; item++) {
      clock.advance(10);
      await fleet.invoke('register', async ({ statistics }) => {
        statistics.count(workflow, { counts: { started: 1 } });
        return [];
      });
      await fleet.invoke('complete', async ({ statistics }) => {
        statistics.count(workflow, { counts: { onTime: 1 }, tookMs: [10 * 1.0025 ** item] });
        return [];
      });
    }
    await fleet.writeAll();
    expect(fleet.unitsOf(workflow)).toBeGreaterThan(0);
    expect(fleet.unitsOf(workflow) / items).toBeLessThanOrEqual(0.02);
    const range = { from: 0, to: clock.now() };
    const periods = (await aws.service.statistics.read(workflow, 'day', range)) as Period[];
    const { counts, durations } = sumOf(periods);
    expect(counts).toEqual({ ...none, started: items, onTime: items });
    expect(durations.filter((count) => count > 0).length).toBeGreaterThan(30);
    await aws.close();
  });

  test('suggest a timeout once enough attempts were completed', async () => {
    const workflow = warden.newWorkflow();
    const complete = async (count: number) => {
      for (let item = 0; item < count; item++) {
        warden.aws.service.statistics.count(workflow, { counts: { onTime: 1 }, tookMs: [30_000] });
      }
      await warden.aws.service.statistics.flush();
    };
    await warden.register(workflow, 'a', { timeout: 60 });
    const read = async () => (await warden.request('GET', `/v1/workflows/${workflow}`)).json;
    await complete(99);
    expect(await read()).not.toHaveProperty('suggestedTimeout');
    await complete(1);
    expect((await read()).suggestedTimeout).toEqual({
      timeout: 'PT1M',
      completed: 100,
      days: 30,
      p999Ms: 33_253,
      lateShare: 0,
    });
  });
});
