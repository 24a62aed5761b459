/**
 * How fast are operations kept, and how fast are 10,000 of them delivered? Appends to a spool one after the other, and 100
 * at once, against the floor of bare appends with an fsync each, in the same run. Then delivers 10,000 operations (5,000
 * registrations and their completions) to the local service with a data folder, against bare batches of as many. Exits with 1
 * if that takes 20 s or more. Last, how long 1,000 watches at the same time hold up their work when the warden is away and the
 * circuit is open: exits with 1 if one of them takes longer than 50 ms.
 * Run: npm run bench:spool
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSpool } from '../client/spool/open-spool.ts';
import type { ItemOperation, Send } from '../client/spool/spool.ts';
import { systemClock } from '../core/clock.ts';
import { createLog } from '../core/log.ts';
import { startService } from '../local/service.ts';
import { Caller } from '../test/e2e/support/caller.ts';
import { measureWatches } from './harness/watches-away.ts';

const appends = 2_000;
const together = 100;
const operations = 10_000;
const mostMs = 20_000;
const workflow = 'bench';
const data = { order: 4711, path: 's3://uploads/2026/03/4711.parquet', bytes: 123_456_789 };
const print = (line: string) => process.stdout.write(`${line}\n`);

const folder = mkdtempSync(join(tmpdir(), 'warden-spool-bench-'));
try {
  await measureAppends();
  await measureDelivery();
  await measureWatches(join(folder, 'watches'), print);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measureAppends(): Promise<void> {
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
  print('appends/s, and their ratio to the floor');
  for (const [way, rate] of Object.entries({
    'floor: write and fsync': floor,
    'one by one': alone,
    [`${together} at once`]: grouped,
  })) {
    print(`  ${way.padEnd(24)}${rate.toFixed(0).padStart(8)}${(rate / floor).toFixed(2).padStart(8)}`);
  }
}

async function measureDelivery(): Promise<void> {
  const service = await startService({
    data: join(folder, 'service'),
    host: '127.0.0.1',
    port: 0,
    sweepEveryMs: 60_000,
    clock: systemClock,
    log: createLog(() => {}),
    print: async () => {},
    tell: print,
  });
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
    const floorMs = await measureBareBatches(send);
    const started = performance.now();
    const { delivered, refused, left, error } = await spool.deliver(send);
    const ms = performance.now() - started;
    await spool.close();
    if (delivered !== operations)
      throw new Error(`delivered ${delivered}: ${JSON.stringify({ refused, left })} ${error}`);
    print(
      `${operations} operations delivered in ${(ms / 1000).toFixed(1)} s; at most ${mostMs / 1000} s are allowed. ${(ms / floorMs).toFixed(2)} of bare batches`,
    );
    if (ms >= mostMs) process.exitCode = 1;
  } finally {
    caller.close();
    await service.stop();
  }
}

/** Milliseconds for as many operations in batches that nothing is kept of, four at a time. */
async function measureBareBatches(send: Send): Promise<number> {
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
