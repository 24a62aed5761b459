import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type ClientOptions, createClient } from '../../client/client.ts';
import { type Clock, systemClock } from '../../client/clock.ts';
import { openSpool } from '../../client/spool/open-spool.ts';
import type { Spool } from '../../client/spool/spool.ts';
import { BrokenProxy, faults, faultsInTurns } from '../support/broken-proxy.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { sized } from '../support/sized.ts';
import { startWarden } from '../support/start-warden.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

let warden: EmbeddedWarden;
let proxy: BrokenProxy;
let folder: string;
beforeAll(async () => {
  warden = await startWarden();
  proxy = await BrokenProxy.start(warden.url);
  folder = await mkdtemp(join(tmpdir(), 'client-broken-'));
});
afterAll(async () => {
  await proxy.away();
  await warden.close();
  await rm(folder, { recursive: true });
});

/**
 * A half-open connection takes as long as a try may take: a delivery waits 30 s. Here that is 2.5 s, which is as short as a
 * busy machine allows.
 */
const tryTimeoutMs = 30_000;
const started = Date.now();
const clock: Clock = {
  now: () => started + (Date.now() - started) * 12,
  after: (ms, run, options) => systemClock.after(ms / 12, run, options),
};

/** Each item is registered, reaches two steps, and is completed, fails, or is left waiting: four operations. */
const items = sized(100, 2_500);

test.each([
  ['one by one', {}],
  // Small ones, so that there are enough requests for every kind of fault.
  ['in batches', { batching: { maxWaitMs: 2, maxOperations: sized(10, 100) } }],
] satisfies [string, Partial<ClientOptions<Spool>>][])(
  'over a network that breaks a quarter of all requests no operation is lost and none has two effects, sent %s',
  async (how, options) => {
    const random = seededRandom(inject('draws').seed + how.length);
    const workflow = warden.newWorkflow();
    const spool = await openSpool(join(folder, workflow), { url: proxy.url });
    const errors: unknown[] = [];
    const client = createClient({
      url: proxy.url,
      spool,
      random,
      clock,
      tryTimeoutMs,
      onError: (error) => errors.push(error),
      ...options,
    });
    proxy.seen.clear();
    proxy.draw = faultsInTurns(random);

    const live = async (number: number) => {
      const item = `item ${number}`;
      const only = { run: `run of ${item}` };
      await client.register(workflow, item, { timeout: 3_600, data: { number }, ...only });
      await client.progress(workflow, item, { step: 'first' }, only);
      await client.progress(workflow, item, { step: 'second' }, only);
      if (number % 4 === 0) await client.fail(workflow, item, { type: 'test', reason: 'oops' }, only);
      else if (number % 4 !== 1) await client.complete(workflow, item, only);
    };
    let next = 0;
    const worker = async () => {
      while (next < items) await live(next++);
    };
    await Promise.all(Array.from({ length: 50 }, worker));
    // The first faults may have opened the circuit: then few requests were made. What they have not met meets one more item.
    for (const fault of faults.filter((one) => !proxy.seen.has(one))) {
      proxy.draw = () => {
        proxy.draw = () => 'none';
        return fault;
      };
      await live(next++);
      await client.flush();
    }
    proxy.draw = () => 'none';
    while (spool.size > 0) await client.flush();
    await client.close();

    expect(errors).toEqual([]);
    expect([...proxy.seen.keys()].toSorted()).toEqual(['none', ...faults].toSorted());
    const reader = createClient({ url: warden.url });
    const found = new Map<number, unknown>();
    for (const state of ['waiting', 'failed', 'completed', 'overdue'] as const) {
      for await (const line of reader.export(workflow, { state: [state] })) {
        if ('error' in line) expect.fail(line.error);
        const { attempt, steps, data, failure, completion } = line;
        const reached = steps.map(({ step }) => step).join();
        const number = Number(line.item.slice('item '.length));
        expect(found.has(number)).toBe(false);
        found.set(number, [state, attempt, reached, data, failure?.type ?? completion?.outcome]);
      }
    }
    const both = 'first,second';
    for (let number = 0; number < next; number++) {
      const data = { number };
      const expected =
        number % 4 === 0
          ? ['failed', 1, both, data, 'test']
          : number % 4 === 1
            ? ['waiting', 1, both, data, undefined]
            : ['completed', 1, '', undefined, 'on-time'];
      expect([number, found.get(number)]).toEqual([number, expected]);
    }
    expect(found.size).toBe(next);
    const failed = (await warden.events(workflow)).map(({ id, event, item }) => `${event} ${item} ${id}`);
    expect(new Set(failed).size).toBe(Math.ceil(next / 4));
    expect(failed.filter((event) => !event.startsWith('item.failed'))).toEqual([]);
  },
  // Half-open connections take seconds, and 10,000 operations minutes: half an hour on a machine that does ten things.
  sized(60_000, 1_800_000),
);
