import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ClientOptions, createClient } from '../../client/client.ts';
import { openSpool } from '../../client/spool/open-spool.ts';
import type { Spool } from '../../client/spool/spool.ts';
import type { Trouble } from '../../client/trouble.ts';
import type { WardenError } from '../../client/warden-error.ts';
import { BrokenProxy } from '../support/broken-proxy.ts';
import { HandMovedTimers } from '../support/hand-moved-timers.ts';
import { startWarden } from '../support/start-warden.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

let warden: EmbeddedWarden;
let proxy: BrokenProxy;
beforeAll(async () => {
  warden = await startWarden();
  proxy = await BrokenProxy.start(warden.url);
});
afterAll(async () => {
  await proxy.away();
  await warden.close();
});

let folder: string;
let clock: HandMovedTimers;
let spool: Spool;
let workflow: string;
let told: [string, Trouble][];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'client-spool-'));
  clock = new HandMovedTimers(warden.clock.now());
  spool = await openSpool(folder, { url: proxy.url, now: () => clock.now() });
  workflow = warden.newWorkflow();
  told = [];
});
afterEach(async () => {
  await spool.close();
  await rm(folder, { recursive: true });
});

const onError = (error: WardenError, trouble: Trouble) => told.push([error.code, trouble]);
const client = (options: Partial<ClientOptions<Spool>> = {}) =>
  createClient({ url: proxy.url, spool, clock, random: () => 0, onError, ...options });
const pass = async (ms: number) => {
  warden.clock.advance(ms);
  await clock.pass(ms);
};
/** Moves time until nothing is kept any more. A delivery is a real request, so it has some real time between the steps. */
const delivered = async () => {
  while (spool.size > 0) {
    await pass(1_000);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};

test('what does not reach the warden is kept, says so, and is delivered in order when it is back', async () => {
  const { register, progress, complete } = client();
  await proxy.away();
  const spooled = { outcome: 'spooled', workflow, item: 'a' };
  expect(await register(workflow, 'a', { timeout: 3_600, run: 'r' })).toEqual(spooled);
  expect(await progress(workflow, 'a', { step: 'copied' }, { run: 'r' })).toEqual(spooled);
  expect(await register(workflow, 'b', { timeout: 60 })).toMatchObject({ outcome: 'spooled' });
  expect(spool.size).toBe(3);
  await proxy.back();
  await delivered();
  expect((await warden.read(workflow, 'a')).json).toMatchObject({
    step: 'copied',
    attempt: 1,
    state: 'waiting',
  });
  expect((await complete(workflow, 'a', { run: 'r' })).outcome).toBe('on-time');
  expect((await warden.read(workflow, 'b')).json.state).toBe('waiting');
  expect(told).toEqual([]);
});

test('a spooled registration keeps the deadline that it had when it was made', async () => {
  const made = warden.clock.now();
  const { register, flush } = client();
  await proxy.away();
  await register(workflow, 'a', { timeout: 600 });
  await pass(60_000);
  await proxy.back();
  await flush();
  const { deadline } = (await warden.read(workflow, 'a')).json;
  expect(Date.parse(deadline)).toBe(made + 600_000);
});

test('a registration that is past its deadline when it arrives is said to be, and no other is', async () => {
  const { register, complete, flush } = client();
  await proxy.away();
  await register(workflow, 'late', { timeout: 60 });
  await register(workflow, 'in time', { timeout: 120 });
  await register(workflow, 'done', { timeout: 60, run: 'r' });
  await complete(workflow, 'done', { run: 'r' });
  // Without its timers: a delivery in the background would come before `flush`.
  warden.clock.advance(60_000);
  clock.advance(60_000);
  await proxy.back();
  const overdue = ['done', 'late'].map((item) => ({ workflow, item }));
  const delivery = await flush();
  expect(delivery).toMatchObject({ delivered: 4, refused: [], left: 0 });
  expect(delivery.overdue.toSorted((a, b) => a.item.localeCompare(b.item))).toEqual(overdue);
  expect(told).toHaveLength(2);
  expect(told).toContainEqual(['spool-overdue', { operation: 'register', workflow, item: 'late' }]);
});

test('later calls on an item go to the spool too until its earlier ones are delivered; other items do not', async () => {
  const { complete, register, health, flush } = client();
  await proxy.away();
  await register(workflow, 'a', { timeout: 60, run: 'r' });
  await proxy.back();
  // A call that reaches the warden closes the circuit, so that calls on items are sent again.
  clock.advance(1_000);
  await health();
  const [later, other] = await Promise.all([
    complete(workflow, 'a', { run: 'r' }),
    register(workflow, 'b', { timeout: 60 }),
  ]);
  expect([later.outcome, other.outcome]).toEqual(['spooled', 'created']);
  while (spool.size > 0) await flush();
  expect((await warden.read(workflow, 'a')).json.completion).toMatchObject({ outcome: 'on-time' });
  expect((await register(workflow, 'a', { timeout: 60, run: 'r2' })).outcome).toBe('created');
});

test('while the circuit is open a call neither waits nor tries', async () => {
  const { complete } = client();
  await proxy.away();
  await complete(workflow, '0', { run: 'r' });
  await proxy.back();
  const received = proxy.received;
  const before = clock.now();
  for (let item = 1; item <= 50; item++) {
    expect(await complete(workflow, String(item), { run: 'r' })).toMatchObject({ outcome: 'spooled' });
  }
  expect([proxy.received, clock.now()]).toEqual([received, before]);
  await delivered();
});

test('deliveries are tried at growing intervals and never more than 30 s apart', async () => {
  const { register } = client({ random: () => 1 });
  await proxy.away();
  const kept = register(workflow, 'a', { timeout: 3_600 });
  await clock.pass(3_000);
  await kept;
  proxy.draw = () => 'page-of-the-proxy';
  await proxy.back();
  const at: number[] = [];
  const start = clock.now();
  for (let second = 0; second < 150; second++) {
    const { received } = proxy;
    await pass(1_000);
    // A delivery is a real request.
    for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate);
    await until(() => clock.waiting > 0);
    if (proxy.received > received) at.push((clock.now() - start) / 1_000);
  }
  proxy.draw = () => 'none';
  const gaps = at.slice(1).map((second, index) => second - (at[index] ?? 0));
  expect(gaps.length).toBeGreaterThanOrEqual(5);
  expect(gaps).toEqual(gaps.toSorted((a, b) => a - b));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(31);
  await delivered();
});

describe('what may not be kept', () => {
  test.each(['throw', 'run-unwatched'] as const)(
    'with onUnavailable "%s" a registration throws, and the completion of a registered item is kept',
    async (onUnavailable) => {
      const { register, complete } = client({ onUnavailable });
      await register(workflow, 'a', { timeout: 60 });
      await proxy.away();
      const failing = register(workflow, 'b', { timeout: 60 }).catch(({ code }) => code);
      await clock.pass(10_000);
      expect(await failing).toBe('unreachable');
      expect(await complete(workflow, 'a')).toMatchObject({ outcome: 'spooled' });
      await expect(register(workflow, 'a', { timeout: 60 })).rejects.toMatchObject({ code: 'unreachable' });
      await proxy.back();
      await delivered();
      expect((await warden.read(workflow, 'a')).json.state).toBe('completed');
    },
  );

  test('a refusal is thrown, and nothing is kept', async () => {
    await expect(client().register(workflow, 'a', { timeout: -1 })).rejects.toMatchObject({
      code: 'deadline-out-of-range',
    });
    expect(spool.size).toBe(0);
  });

  test('"spool" without a spool is refused', () => {
    expect(() => createClient({ url: proxy.url, onUnavailable: 'spool' })).toThrow(/needs a spool/);
  });
});

test('an operation that the warden refuses at delivery is told to onError, and stops no other (P8)', async () => {
  await warden.register(workflow, 'a', { timeout: 60, run: 'another' });
  const { register, flush } = client();
  await proxy.away();
  await register(workflow, 'a', { timeout: 60, run: 'r' });
  await register(workflow, 'b', { timeout: 60 });
  await proxy.back();
  expect(await flush()).toMatchObject({ delivered: 1, left: 0 });
  expect(told).toEqual([['other-run-waiting', { operation: 'register', workflow, item: 'a' }]]);
  expect((await warden.read(workflow, 'b')).json.state).toBe('waiting');
});

test('a full spool is an error of its own, which the work does not see', async () => {
  await spool.close();
  spool = await openSpool(folder, { url: proxy.url, limits: { operations: 1, bytes: 10_000 } });
  const { register, watch } = client();
  await proxy.away();
  await register(workflow, 'a', { timeout: 60 });
  await expect(register(workflow, 'b', { timeout: 60 })).rejects.toMatchObject({ code: 'spool-full' });
  expect(await watch(workflow, 'c', { timeout: 60 }, ({ registered }) => registered)).toBe('unwatched');
  expect(told.map(([code]) => code)).toEqual(['spool-full', 'spool-full']);
  await proxy.back();
  await delivered();
});

test('close delivers what is kept if the warden is there; else the next client does', async () => {
  const first = client();
  await proxy.away();
  await first.register(workflow, 'a', { timeout: 600 });
  await first.close();
  await proxy.back();
  spool = await openSpool(folder, { url: proxy.url, now: () => clock.now() });
  expect(spool.size).toBe(1);
  const second = client();
  await second.close();
  expect((await warden.read(workflow, 'a')).json.state).toBe('waiting');
  expect(clock.waiting).toBe(0);
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(setImmediate);
}
