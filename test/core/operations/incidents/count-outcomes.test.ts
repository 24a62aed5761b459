import { afterAll, beforeAll, expect, test } from 'vitest';
import { runRedrives } from '../../../../core/operations/redrives/run-redrives.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden();
});
afterAll(() => warden.close());

const fail = (workflow: string, item: string) =>
  warden.progress(workflow, item, { failed: { reason: 'no disk' } });

async function failed(...items: string[]): Promise<string> {
  const workflow = warden.newWorkflow();
  for (const item of items) {
    await warden.register(workflow, item, { timeout: 600 });
    await fail(workflow, item);
  }
  return workflow;
}

async function resume(workflow: string, body: unknown = {}): Promise<void> {
  const { status } = await warden.request('POST', `/v1/workflows/${workflow}/redrives`, { body });
  expect(status).toBe(202);
  await runRedrives(warden.aws.service);
}

async function discardAll(workflow: string): Promise<void> {
  const path = `/v1/workflows/${workflow}/discards`;
  const { json } = await warden.request('POST', path, { body: { dryRun: true } });
  await warden.request('POST', path, { body: { token: json.token } });
  await runRedrives(warden.aws.service);
}

async function outcomes(workflow: string) {
  const { json } = await warden.request('GET', `/v1/incidents?workflow=${workflow}`);
  expect(json.incidents).toHaveLength(1);
  return warden.aws.service.outcomes.read(json.incidents[0].id);
}

const none = { completedLate: 0, restarted: 0, redriven: 0, discarded: 0 };

test('users 4: an item that is resumed, fails again and is discarded counts once', async () => {
  const workflow = await failed('a', 'b', 'c');
  await resume(workflow, { ids: ['a'] });
  await fail(workflow, 'a');
  warden.clock.advance(1_000);
  await discardAll(workflow);
  expect(await outcomes(workflow)).toEqual({ ...none, discarded: 3 });
});

test('users 4: an item that is registered again, fails again and is resumed counts once', async () => {
  const workflow = await failed('a', 'b');
  for (let time = 0; time < 2; time++) {
    await warden.register(workflow, 'a', { timeout: 600 });
    expect(await outcomes(workflow)).toEqual({ ...none, restarted: 1 });
    await fail(workflow, 'a');
  }
  await warden.complete(workflow, 'b');
  await resume(workflow);
  expect(await outcomes(workflow)).toEqual({ ...none, recovered: 1, restarted: 1 });
  await warden.complete(workflow, 'a');
  expect(await outcomes(workflow)).toEqual({ ...none, recovered: 1, redriven: 1 });
  // A repeat counts nothing.
  await warden.complete(workflow, 'a');
  expect(await outcomes(workflow)).toEqual({ ...none, recovered: 1, redriven: 1 });
});

test('users 4: what is resumed is counted by the index until it is completed or overdue again', async () => {
  const workflow = await failed('a', 'b', 'c');
  await warden.register(workflow, 'other', { timeout: 900 });
  const { byTime } = warden.aws.service.items;
  const { incident = '' } = (await warden.aws.service.items.readOpen(workflow, 'a')) ?? {};
  const resumed = () => byTime.countResumed({ workflow, shards: 8 }, incident);
  expect(await resumed()).toEqual({ count: 0 });
  await resume(workflow, { timeout: 300 });
  const until = new Date(warden.clock.now() + 300_000).toISOString();
  expect(await resumed()).toEqual({ count: 3, until });
  await warden.complete(workflow, 'a');
  await warden.register(workflow, 'b', { restart: true, timeout: 600 });
  expect(await resumed()).toEqual({ count: 1, until });
  await warden.pass(301_000);
  expect(await resumed()).toEqual({ count: 0 });
  expect((await warden.read(workflow, 'c')).json).toMatchObject({ state: 'overdue' });
});

test('an item that is resumed counts only in the incident in which it was reported', async () => {
  const workflow = warden.newWorkflow();
  for (const item of ['a', 'b', 'c']) await warden.register(workflow, item, { timeout: 5 });
  await warden.register(workflow, 'queued', { timeout: 900, startBy: 5 });
  await warden.pass(7_000);
  await resume(workflow, { timeout: 600 });
  await resume(workflow, { timeout: 900, started: false });
  const { json } = await warden.request('GET', `/v1/incidents?workflow=${workflow}`);
  const resumed = new Map<string, number>();
  for (const { id, kind } of json.incidents) {
    resumed.set(kind, (await warden.request('GET', `/v1/incidents/${id}`)).json.recovering.items);
  }
  expect(Object.fromEntries(resumed)).toEqual({ overdue: 3, 'not-started': 1 });
});
