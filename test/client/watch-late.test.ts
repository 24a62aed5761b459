import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ClientOptions, createClient } from '../../client/client.ts';
import type { Fetch } from '../../client/one-try.ts';
import { openSpool } from '../../client/spool/open-spool.ts';
import type { Spool } from '../../client/spool/spool.ts';
import { startWarden } from '../support/start-warden.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

/* Registrations of a watch that arrive late or twice, or while another run is waiting. */

let warden: EmbeddedWarden;
let workflow: string;
let told: string[];
/** The requests that were sent, each of which can be sent again. */
let sent: (() => Promise<Response>)[];
let isAway: boolean;
beforeAll(async () => {
  warden = await startWarden();
});
afterAll(() => warden.close());
beforeEach(() => {
  workflow = warden.newWorkflow();
  told = [];
  sent = [];
  isAway = false;
});

const recording: Fetch = (url, init) => {
  if (isAway) return Promise.reject(new TypeError('fetch failed'));
  const { signal, ...again } = init;
  sent.push(() => fetch(url, again));
  return fetch(url, init);
};
const client = <Kept extends Spool | undefined>(options: Partial<ClientOptions<Kept>> = {}) =>
  createClient({
    url: warden.url,
    fetch: recording,
    random: () => 0,
    onError: ({ code }) => told.push(code),
    ...options,
  });
const failing = () => Promise.reject(new Error('oops'));

describe.each([
  ['alone', {}],
  ['in a batch', { batching: {} }],
])('a registration that is sent %s', (_, options) => {
  test('and arrives again after the work has failed changes nothing (P1, P4)', async () => {
    await expect(client(options).watch(workflow, 'a', { timeout: 60 }, failing)).rejects.toThrow('oops');
    const reply = await sent[0]?.();
    expect(await reply?.text()).toContain('"outcome":"unchanged"');
    expect((await warden.read(workflow, 'a')).json).toMatchObject({ state: 'failed', attempt: 1 });
  });

  test('replaces a waiting run and follows a failed one, and asks for a restart only of the waiting one', async () => {
    await warden.register(workflow, 'waiting', { timeout: 60, run: 'died' });
    await warden.register(workflow, 'without a run', { timeout: 60 });
    await expect(client().watch(workflow, 'failed', { timeout: 60 }, failing)).rejects.toThrow('oops');
    for (const [item, requests] of [
      ['waiting', 2],
      ['without a run', 2],
      ['failed', 1],
    ] as const) {
      sent = [];
      const reply = await client(options).watch(workflow, item, { timeout: 60 }, (watched) => {
        expect(sent).toHaveLength(requests);
        return watched.reply;
      });
      expect(reply).toMatchObject({ outcome: 'restarted', attempt: 2 });
    }
    expect(told).toEqual([]);
  });

  test('with a run of the caller starts the next attempt after that run has failed', async () => {
    const watch = (work: Parameters<ReturnType<typeof client>['watch']>[3]) =>
      client(options).watch(workflow, 'a', { timeout: 60, run: 'message 7' }, work);
    await expect(watch(failing)).rejects.toThrow('oops');
    expect(await watch(({ reply }) => reply?.outcome)).toBe('restarted');
  });
});

test('both requests of a registration end within the time limit of one call', async () => {
  await warden.register(workflow, 'a', { timeout: 60, run: 'died' });
  const limits: number[] = [];
  let now = warden.clock.now();
  const clock = {
    now: () => now,
    after: (ms: number) => {
      limits.push(ms);
      return () => {};
    },
  };
  const slow: Fetch = async (url, init) => {
    const reply = await fetch(url, init);
    now += 1_000;
    return reply;
  };
  const { watch } = client({ clock, fetch: slow, tryTimeoutMs: 3_000 });
  const seen = await watch(workflow, 'a', { timeout: 60 }, () => [...limits]);
  expect(seen).toEqual([3_000, 2_000]);
});

test('a registration that is kept replaces a waiting run when it is delivered', async () => {
  await warden.register(workflow, 'a', { timeout: 60, run: 'died' });
  const folder = await mkdtemp(join(tmpdir(), 'watch-late-'));
  const spool = await openSpool(folder, { url: warden.url });
  const { watch, flush, close } = client({ spool });
  isAway = true;
  const registered = await watch(workflow, 'a', { timeout: 60 }, (watched) => watched.registered);
  isAway = false;
  expect(registered).toBe('spooled');
  expect(await flush()).toMatchObject({ delivered: 2, refused: [], left: 0 });
  expect((await warden.read(workflow, 'a')).json).toMatchObject({ state: 'completed', attempt: 2 });
  expect(told).toEqual([]);
  await close();
  await spool.close();
  await rm(folder, { recursive: true });
});
