import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { openSpool } from '../../client/spool/open-spool.ts';
import type { ItemOperation, Send } from '../../client/spool/spool.ts';
import { Caller } from '../../test/e2e/support/caller.ts';
import { data } from '../harness/events.ts';
import { broken, type Part } from '../harness/part.ts';
import { startSilentService } from '../harness/service-in-process.ts';
import { cellOf } from '../harness/targets.ts';
import { inTemporaryFolder } from '../harness/temporary-folder.ts';

const together = 100;
const mostMs = 20_000;
const seconds = 'all of them, s';
const workflow = 'bench';

/**
 * How fast operations are kept, one by one and 100 at once, compared with bare appends with an fsync each; and how fast
 * registrations and their completions are delivered to the local service, compared with the same number in bare
 * batches.
 */
export const spoolPart: Part = {
  seconds: { quick: 20, usual: 60, full: 60 },
  measure: (size, say) =>
    inTemporaryFolder(async (folder) => {
      const [appends, operations] = size === 'quick' ? [200, 1_000] : [2_000, 10_000];
      const { floor, alone, grouped } = await measureAppends(folder, appends);
      say('appended');
      const { ms, bareMs } = await measureDelivery(folder, operations);
      const perSecond = (time: number) => (operations / time) * 1_000;
      return {
        columns: ['operations', 'a second', 'ratio', seconds],
        rows: [
          ['floor: write and fsync', Math.round(floor), 1, Number.NaN],
          ['kept one by one', Math.round(alone), alone / floor, Number.NaN],
          [`kept ${together} at once`, Math.round(grouped), grouped / floor, Number.NaN],
          ['floor: bare batches', Math.round(perSecond(bareMs)), 1, bareMs / 1_000],
          [`${operations} delivered`, Math.round(perSecond(ms)), bareMs / ms, ms / 1_000],
        ],
        broken: broken([ms >= mostMs, `the delivery of ${operations} took ${ms / 1_000} s`]),
      };
    }),
  targets: [
    {
      name: 'the delivery of 10,000 spooled operations',
      is: 'at most',
      bound: mostMs / 1_000,
      unit: ' s',
      figure: (part) => cellOf(part, '10000 delivered', seconds),
    },
  ],
};

async function measureAppends(folder: string, appends: number) {
  const line = Buffer.from(`${JSON.stringify(register(0))}\n`);
  const file = await open(join(folder, 'floor'), 'a');
  const floor = await timed(appends / 4, async () => {
    for (let n = 0; n < appends / 4; n++) {
      await file.write(line);
      await file.datasync();
    }
  });
  await file.close();
  const spool = await openSpool(join(folder, 'appends'), { url: 'http://localhost' });
  const alone = await timed(appends / 4, async () => {
    for (let n = 0; n < appends / 4; n++) await spool.append(workflow, register(n));
  });
  const grouped = await timed(appends, async () => {
    for (let n = 0; n < appends; n += together) {
      await Promise.all(Array.from({ length: together }, (_, k) => spool.append(workflow, register(n + k))));
    }
  });
  await spool.close();
  return { floor, alone, grouped };
}

async function measureDelivery(folder: string, operations: number) {
  const service = await startSilentService(folder);
  const caller = new Caller(service.url);
  const send: Send = async (name, batch) => {
    const { json } = await caller.request('POST', `/v1/workflows/${name}/batch`, { operations: batch });
    return json.results;
  };
  try {
    const spool = await openSpool(join(folder, 'delivery'), { url: service.url });
    for (let n = 0; n < operations / 2; n += together) {
      await Promise.all(Array.from({ length: together }, (_, k) => spool.append(workflow, register(n + k))));
    }
    for (let n = 0; n < operations / 2; n += together) {
      await Promise.all(Array.from({ length: together }, (_, k) => spool.append(workflow, complete(n + k))));
    }
    const bareMs = await measureBareBatches(send, operations);
    const started = performance.now();
    const { delivered, refused, left, error } = await spool.deliver(send);
    const ms = performance.now() - started;
    await spool.close();
    if (delivered !== operations)
      throw new Error(`delivered ${delivered}: ${JSON.stringify({ refused, left })} ${error}`);
    return { ms, bareMs };
  } finally {
    caller.close();
    await service.stop();
  }
}

/** Milliseconds for the same number of operations in batches without a spool, four at a time. */
async function measureBareBatches(send: Send, operations: number): Promise<number> {
  const batches: ItemOperation[][] = [];
  for (let n = 0; n < operations / 2; n += 50) {
    const both = Array.from({ length: 50 }, (_, k) => [register(n + k), complete(n + k)]);
    batches.push(both.flat().map((operation) => ({ ...operation, item: `bare-${operation.item}` })));
  }
  const started = performance.now();
  const work = async () => {
    for (let batch = batches.pop(); batch; batch = batches.pop()) await send(workflow, batch);
  };
  await Promise.all(Array.from({ length: 4 }, work));
  return performance.now() - started;
}

function register(n: number): ItemOperation {
  return { op: 'register', item: `item-${n}`, timeout: 3600, run: 'bench', data };
}

function complete(n: number): ItemOperation {
  return { op: 'complete', item: `item-${n}`, run: 'bench' };
}

/** Operations a second. */
async function timed(count: number, work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return (count / (performance.now() - started)) * 1000;
}
