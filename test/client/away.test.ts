import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from 'vitest';
import { createClient } from '../../client/client.ts';
import { pause } from '../../client/clock.ts';
import { openSpool } from '../../client/spool/open-spool.ts';
import type { Spool } from '../../client/spool/spool.ts';
import { BrokenProxy } from '../support/broken-proxy.ts';
import { HandMovedTimers } from '../support/hand-moved-timers.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { sized } from '../support/sized.ts';
import { startWarden } from '../support/start-warden.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

let warden: EmbeddedWarden;
let folder: string;
let workflow: string;
beforeAll(async () => {
  warden = await startWarden();
});
afterAll(() => warden.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'client-away-'));
  workflow = warden.newWorkflow();
});
afterEach(() => rm(folder, { recursive: true }));

/** Counts the work under way in real time, so that moved time waits for it. */
class UnderWay {
  #count = 0;
  #hanging = 0;

  async of<Value>(work: Promise<Value>): Promise<Value> {
    this.#count++;
    try {
      return await work;
    } finally {
      this.#count--;
    }
  }

  /** Parts of one work that only moved time ends. */
  async except<Value>(work: Promise<Value>): Promise<Value> {
    if (this.#hanging++ === 0) this.#count--;
    try {
      return await work;
    } finally {
      if (--this.#hanging === 0) this.#count++;
    }
  }

  readonly settled = async () => {
    for (let quiet = 0; quiet < 3; quiet++) {
      await new Promise(setImmediate);
      if (this.#count > 0) quiet = -1;
    }
  };
}

function counted(spool: Spool, underWay: UnderWay): Spool {
  return {
    append: (...operation) => underWay.of(spool.append(...operation)),
    deliver: (send) => underWay.of(spool.deliver(send)),
    has: (...item) => spool.has(...item),
    get size() {
      return spool.size;
    },
    close: () => spool.close(),
  };
}

describe.each(['refuses', 'hangs'] as const)('the warden is away for a minute and %s', (how) => {
  test(
    'no worker notices, no call takes longer than 3 s, and all is delivered once and in order',
    async () => {
      const workers = sized(100, 1_000);
      const random = seededRandom(inject('draws').seed);
      const clock = new HandMovedTimers(warden.clock.now());
      const started = clock.now();
      const seconds = () => (clock.now() - started) / 1_000;
      const isAway = () => seconds() >= 10 && seconds() < 70;
      const underWay = new UnderWay();
      const openedAt: number[] = [];
      const fetch: typeof globalThis.fetch = (input, init) => {
        if (!isAway()) return underWay.of(globalThis.fetch(input, init));
        openedAt.push(seconds());
        if (how === 'refuses') return Promise.reject(new TypeError('fetch failed'));
        const hanging = new Promise<never>((_, reject) =>
          init?.signal?.addEventListener('abort', () => reject(new Error('aborted'))),
        );
        // Only deliveries send batches here, and they are counted as under way.
        return String(input).endsWith('/batch') ? underWay.except(hanging) : hanging;
      };
      const spool = counted(await openSpool(folder, { url: warden.url, now: () => clock.now() }), underWay);
      const errors: unknown[] = [];
      const client = createClient({
        url: warden.url,
        fetch,
        clock,
        random,
        spool,
        onError: (error) => errors.push(error),
      });

      // Evenly spread, so that enough calls fail in the first two seconds for the circuit to open, whatever is drawn.
      const [firstMs = 0, halfMs = 0, restMs = 0] = [
        random() * 900,
        2_000 + random() * 2_000,
        2_000 + random() * 2_000,
      ];
      const waits: { at: number; ms: number }[] = [];
      const worker = async (number: number) => {
        await pause(clock, firstMs + (number * 90_000) / workers);
        let since = clock.now();
        const waited = () => waits.push({ at: (since - started) / 1_000, ms: clock.now() - since });
        const result = await client.watch(workflow, `item ${number}`, { timeout: 300 }, async (watched) => {
          waited();
          await pause(clock, halfMs);
          await watched.step('half');
          await pause(clock, restMs);
          since = clock.now();
          return number;
        });
        waited();
        expect(result).toBe(number);
      };
      const all = Promise.all(Array.from({ length: workers }, (_, number) => worker(number)));
      for (let passed = 0; passed < 180; passed++) {
        warden.clock.advance(1_000);
        await clock.pass(1_000, underWay.settled);
      }
      await all;
      await client.close();

      expect(errors).toEqual([]);
      expect(spool.size).toBe(0);
      expect(Math.max(...waits.map(({ ms }) => ms))).toBeLessThanOrEqual(3_000);
      // By 5 s after the first failure the circuit is open; from then on calls wait for nothing until the warden is back.
      const [first = 0] = openedAt;
      const whileOpen = waits.filter(({ at }) => at > first + 5 && at < 70);
      expect(whileOpen.length).toBeGreaterThan(workers / 2);
      expect(Math.max(...whileOpen.map(({ ms }) => ms))).toBe(0);

      const { items } = await client.call('list', {
        path: { workflow },
        query: { state: ['waiting', 'overdue', 'failed'] },
      });
      expect(items).toEqual([]);
      let completed = 0;
      for await (const item of client.list(workflow, { state: ['completed'] })) {
        completed++;
        // `early` would be a completion that overtook its registration, and a second attempt a doubled registration.
        expect(item).toMatchObject({ attempt: 1, completion: { outcome: 'on-time' } });
      }
      expect(completed).toBe(workers);
      expect(await warden.notifications(workflow)).toEqual([]);
    },
    sized(30_000, 600_000),
  );
});

test('a caller that is killed -9 while the warden is away loses nothing', async () => {
  const proxy = await BrokenProxy.start(warden.url);
  await proxy.away();
  const env = { ...process.env, WARDEN_URL: proxy.url, SPOOL: folder, WORKFLOW: workflow };
  const caller = (what: string) =>
    spawn(process.execPath, [join(import.meta.dirname, 'support/killed-caller.ts'), what], {
      env,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
  const working = caller('work');
  await new Promise((resolve) => working.stdout.once('data', resolve));
  const died = new Promise((resolve) => working.once('close', resolve));
  working.kill('SIGKILL');
  await died;

  await proxy.back();
  const delivering = caller('deliver');
  let printed = '';
  for await (const chunk of delivering.stdout) printed += chunk;
  expect(JSON.parse(printed)).toMatchObject({ delivered: 40, refused: [], left: 0 });
  await proxy.away();

  const client = createClient({ url: warden.url });
  const states = new Map<string, string>();
  for (const state of ['waiting', 'completed'] as const) {
    for await (const item of client.list(workflow, { state: [state] })) states.set(item.item, item.state);
  }
  // What was done is completed, and what was being done is watched: its alert comes, as it must (P1).
  const expected = Array.from({ length: 30 }, (_, number) => [
    `item ${String(number).padStart(2, '0')}`,
    number % 3 === 0 ? 'completed' : 'waiting',
  ]);
  expect([...states].toSorted()).toEqual(expected);
});
