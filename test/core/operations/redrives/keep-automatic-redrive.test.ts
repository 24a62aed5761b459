import { afterAll, beforeAll, expect, test } from 'vitest';
import { beginDelivery } from '../../../../local/deliveries/resumed-item.ts';
import { knowEmptyQueues } from '../../../support/empty-queues.ts';
import { changeRedrive, markersOf, redrivesOf, withoutWaiting } from '../../../support/redrives.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

let warden: EmbeddedWarden;

beforeAll(async () => {
  warden = await startWarden();
  knowEmptyQueues(warden);
  withoutWaiting(warden);
});

afterAll(() => warden.close());

/** A workflow with an item that has just failed. */
async function failing(settings: object, timeout = 3_600): Promise<string> {
  const workflow = warden.newWorkflow();
  const { status } = await warden.request('PUT', `/v1/workflows/${workflow}`, { body: settings });
  expect(status).toBe(201);
  await warden.register(workflow, 'a', { timeout, data: { n: 1 } });
  await fail(workflow);
  return workflow;
}

const fail = (workflow: string) =>
  warden.progress(workflow, 'a', { failed: { reason: 'disk full', type: 'Disk' } });

const automatically = (max: number, after: string) => ({
  idempotent: true,
  redrive: { automatic: { max, after } },
});

/** The upstream service accepts the message of the item. */
async function accepted(message: { workflow: string; item: string; attempt: number }): Promise<void> {
  const done = await beginDelivery(warden.aws.service, JSON.stringify(message));
  await done?.();
}

/** The work of the schedules at the end of a minute. */
async function minute(): Promise<void> {
  warden.clock.advance(60_000);
  await warden.sweep();
  await warden.functions.runRedrives();
}

const attemptOf = async (workflow: string) => {
  const { attempt, state } = (await warden.read(workflow, 'a')).json;
  return [attempt, state];
};

test('resumes an item once it has been failed long enough, and is listed as started by automatic', async () => {
  const workflow = await failing(automatically(1, 'PT3M'));
  for (const _ of [1, 2]) await minute();
  expect(await attemptOf(workflow)).toEqual([1, 'failed']);
  await minute();
  expect(await attemptOf(workflow)).toEqual([2, 'waiting']);
  expect(await warden.redriven(workflow)).toMatchObject([{ item: 'a', attempt: 2, data: { n: 1 } }]);
  const { json } = await warden.request('GET', redrivesOf(workflow));
  expect(json.redrives).toMatchObject([{ by: 'automatic', action: 'redrive', state: 'done', resumed: 1 }]);
});

test.for([
  ['overdue', undefined],
  ['failed', { reason: 'disk full' }],
] as const)('an item that was not started in time waits from when it is %s', async ([state, failed]) => {
  const workflow = warden.newWorkflow();
  await warden.request('PUT', `/v1/workflows/${workflow}`, { body: automatically(1, 'PT3M') });
  await warden.register(workflow, 'a', { timeout: 600, startBy: 30 });
  for (let minutes = 1; minutes <= 9; minutes++) await minute();
  expect(await attemptOf(workflow)).toEqual([1, 'overdue']);
  if (failed) await warden.progress(workflow, 'a', { failed });
  else await minute();
  for (const _ of [1, 2]) await minute();
  expect(await attemptOf(workflow)).toEqual([1, state]);
  for (const _ of [1, 2]) await minute();
  expect(await attemptOf(workflow)).toEqual([2, 'waiting']);
});

test('resumes an item at most as often as allowed, and the notification says if the last one failed too', async () => {
  const workflow = await failing(automatically(2, 'PT1M'));
  for (const attempt of [2, 3]) {
    await minute();
    expect(await attemptOf(workflow)).toEqual([attempt, 'waiting']);
    const told = await warden.notifications(workflow);
    expect(told.filter(({ exhausted }) => exhausted !== undefined)).toEqual([]);
    await fail(workflow);
  }
  for (const _ of [1, 2, 3, 4]) await minute();
  expect(await attemptOf(workflow)).toEqual([3, 'failed']);
  expect((await warden.notifications(workflow)).at(-1)).toMatchObject({ exhausted: 1 });
  expect(await warden.redriven(workflow)).toHaveLength(2);
  expect((await warden.request('GET', redrivesOf(workflow))).json.redrives).toHaveLength(2);
});

test('resumes an item no more often if its page is repeated, and sends its message for certain (P1, P4)', async () => {
  const workflow = await failing(automatically(1, 'PT1M'), 100);
  const { redriveTopic } = warden.aws.service;
  redriveTopic.publish = () => Promise.reject(new Error('the process is gone'));
  await expect(minute()).rejects.toThrow();
  Reflect.deleteProperty(redriveTopic, 'publish');
  await warden.pass(102_000);
  expect(await attemptOf(workflow)).toEqual([2, 'overdue']);
  await minute();
  expect(await attemptOf(workflow)).toEqual([2, 'overdue']);
  expect(await warden.redriven(workflow)).toMatchObject([{ item: 'a', attempt: 2 }]);
});

test('does nothing in a workflow without the setting', async () => {
  const workflow = await failing({ idempotent: true });
  for (const _ of [1, 2, 3]) await minute();
  expect(await attemptOf(workflow)).toEqual([1, 'failed']);
  expect((await warden.request('GET', redrivesOf(workflow))).json.redrives).toEqual([]);
});

test('is refused in a workflow that does not say that its work may be done twice', async () => {
  const { redrive } = automatically(1, 'PT1M');
  const path = `/v1/workflows/${warden.newWorkflow()}`;
  expect((await warden.request('PUT', path, { body: { redrive } })).status).toBe(400);
});

test('does not start a second one while the first one runs, and two at once do the work once', async () => {
  const workflow = await failing(automatically(3, 'PT1M'));
  warden.clock.advance(60_000);
  await Promise.all([warden.sweep(), warden.sweep()]);
  const started = (await markersOf(warden, workflow)).length;
  expect(started).toBeGreaterThan(0);
  await warden.sweep();
  expect(await markersOf(warden, workflow)).toHaveLength(started);
  await warden.functions.runRedrives();
  await warden.functions.runRedrives();
  expect(await attemptOf(workflow)).toEqual([2, 'waiting']);
  expect(new Set((await warden.redriven(workflow)).map(({ attempt }) => attempt))).toEqual(new Set([2]));
  expect(await markersOf(warden, workflow)).toEqual([]);
});

test('leaves items to people that were breached when the last one was aborted, and resumes later ones', async () => {
  const workflow = await failing(automatically(3, 'PT1M'));
  warden.clock.advance(60_000);
  await warden.sweep();
  const { json } = await warden.request('GET', redrivesOf(workflow));
  await changeRedrive(warden, workflow, json.redrives[0].id, 'abort');
  await warden.register(workflow, 'b', { timeout: 3_600 });
  warden.clock.advance(1);
  await warden.progress(workflow, 'b', { failed: { reason: 'disk full' } });
  // The person who aborted it has a quarter of an hour.
  for (let minutes = 1; minutes < 15; minutes++) await minute();
  expect((await warden.read(workflow, 'b')).json).toMatchObject({ attempt: 1, state: 'failed' });
  await minute();
  for (const _ of [1, 2, 3]) await minute();
  expect(await attemptOf(workflow)).toEqual([1, 'failed']);
  expect((await warden.read(workflow, 'b')).json).toMatchObject({ attempt: 2, state: 'waiting' });
  // The next one, which was not aborted, does not resume them either.
  await warden.progress(workflow, 'b', { failed: { reason: 'disk full' } });
  for (const _ of [1, 2, 3]) await minute();
  expect((await warden.read(workflow, 'b')).json).toMatchObject({ attempt: 3 });
  expect(await attemptOf(workflow)).toEqual([1, 'failed']);
});

test('does not repeatedly try to resume an item that cannot be resumed', async () => {
  const workflow = await failing(automatically(3, 'PT1M'));
  const { items } = warden.aws.service;
  const seen = await items.readOpen(workflow, 'a');
  if (seen) await items.replace({ ...seen, data: new Uint8Array([1, 2, 3]) }, seen.revision);
  for (const _ of [1, 2, 3, 4]) await minute();
  const { json } = await warden.request('GET', redrivesOf(workflow));
  expect(json.redrives).toMatchObject([{ by: 'automatic', state: 'done', resumed: 0, failed: 1 }]);
});

test('stops when the setting is removed', async () => {
  const workflow = await failing(automatically(3, 'PT1M'));
  warden.clock.advance(60_000);
  await warden.sweep();
  await warden.request('PUT', `/v1/workflows/${workflow}`, { body: {} });
  // Settings are cached for some seconds.
  warden.clock.advance(10_000);
  await warden.functions.runRedrives();
  expect(await attemptOf(workflow)).toEqual([1, 'failed']);
  const { json } = await warden.request('GET', redrivesOf(workflow));
  expect(json.redrives).toMatchObject([{ by: 'automatic', state: 'aborted', resumed: 0 }]);
});

test('fails the sweep if it cannot be started, and the next sweep starts it (P8)', async () => {
  const workflow = await failing(automatically(1, 'PT1M'));
  const { redrives } = warden.aws.service;
  const insert = redrives.insert.bind(redrives);
  await warden.notifications(workflow);
  redrives.insert = () => Promise.reject(new Error('throttled'));
  warden.clock.advance(60_000);
  await expect(warden.sweep()).rejects.toThrow('1 parts of the sweep failed');
  redrives.insert = insert;
  await minute();
  expect(await attemptOf(workflow)).toEqual([2, 'waiting']);
});

test('resumes no item again whose last message was not taken, and does once it was (public report J)', async () => {
  const { service } = warden.aws;
  service.areDeliveriesNoted = true;
  const workflow = await failing(automatically(3, 'PT1M'));
  try {
    await minute();
    expect(await attemptOf(workflow)).toEqual([2, 'waiting']);
    await fail(workflow);
    for (const _ of [1, 2, 3, 4]) await minute();
    expect(await attemptOf(workflow)).toEqual([2, 'failed']);
    expect((await warden.request('GET', redrivesOf(workflow))).json.redrives).toHaveLength(1);
    // The upstream is back. Of older attempts and unknown items nothing is noted.
    await accepted({ workflow, item: 'a', attempt: 1 });
    await accepted({ workflow, item: 'b', attempt: 2 });
    await minute();
    expect(await attemptOf(workflow)).toEqual([2, 'failed']);
    await accepted({ workflow, item: 'a', attempt: 2 });
    await accepted({ workflow, item: 'a', attempt: 2 });
    await warden.sweep();
    expect(await attemptOf(workflow)).toEqual([2, 'failed']);
    await minute();
    expect(await attemptOf(workflow)).toEqual([3, 'waiting']);
  } finally {
    service.areDeliveriesNoted = false;
  }
});

test('gives a resumed item its time from when its message was taken (public report D, H)', async () => {
  const { service } = warden.aws;
  service.areDeliveriesNoted = true;
  const workflow = await failing(automatically(1, 'PT1M'));
  await minute();
  service.areDeliveriesNoted = false;
  warden.clock.advance(3_000_000);
  await accepted({ workflow, item: 'a', attempt: 2 });
  const leftMs = async () =>
    Date.parse((await warden.read(workflow, 'a')).json.deadline) - warden.clock.now();
  expect(await leftMs()).toBe(3_600_000);
  expect((await warden.read(workflow, 'a')).json.data).toEqual({ n: 1 });
  // A repeated delivery gives it no more, nor does one after a heartbeat.
  warden.clock.advance(1_000_000);
  await accepted({ workflow, item: 'a', attempt: 2 });
  expect(await leftMs()).toBe(2_600_000);
  await warden.pass(2_601_000);
  // No sweep has run for so long that it counts as an outage, with its grace period.
  await warden.pass(121_000);
  expect(await attemptOf(workflow)).toEqual([2, 'overdue']);
});
