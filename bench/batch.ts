/**
 * What does it cost to register 1,000 items with one deadline, in batches of 100 and one by one? Runs the local service
 * in this process, with a data folder, and registers the items over HTTP. Prints the calls to Scheduler and to DynamoDB
 * for 1,000 items, the milliseconds for one item, and their ratio to floors measured in the same run: bare PutItem
 * calls, 16 at once, and bare BatchWriteItem calls of 25. Exits with 1 if batches took more than 10 calls to Scheduler.
 * Run: npm run bench:batch
 *      npm run bench:batch -- --rounds 10
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { BatchWriteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import pLimit from 'p-limit';
import { attributesOf } from '../core/aws/items/keys.ts';
import { systemClock } from '../core/clock.ts';
import { createLog } from '../core/log.ts';
import { itemsTable } from '../local/names.ts';
import { startService } from '../local/service.ts';
import { Caller } from '../test/e2e/support/caller.ts';
import { itemRecord } from '../test/support/item-record.ts';

const items = 1_000;
const parallel = 16;
const mostTimers = 10;
const workflow = 'bench';
const data = { order: 4711, path: 's3://uploads/2026/03/4711.parquet', bytes: 123_456_789 };
const { values } = parseArgs({ options: { rounds: { type: 'string' } } });
const rounds = Number(values.rounds ?? 5);
const print = (line: string) => process.stdout.write(`${line}\n`);

const folder = mkdtempSync(join(tmpdir(), 'warden-batch-'));
const service = await startService({
  data: folder,
  host: '127.0.0.1',
  port: 0,
  sweepEveryMs: 60_000,
  clock: systemClock,
  log: createLog(() => {}),
  print: async () => {},
  tell: print,
});
const caller = new Caller(service.url);
const calls = new Map<string, number>();
for (const client of [service.aws.dynamodb, service.aws.scheduler] as (typeof service.aws.dynamodb)[]) {
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      (args) => {
        calls.set(commandName, (calls.get(commandName) ?? 0) + 1);
        return next(args);
      },
    { step: 'initialize' },
  );
}

const deadline = new Date(Date.now() + 86_400_000).toISOString();
const ways: Record<string, { inCall: number; call: (names: readonly string[]) => Promise<unknown> }> = {
  'batches of 100': {
    inCall: 100,
    call: (names) => {
      const operations = names.map((item) => ({ op: 'register', item, deadline, data }));
      return answered(201, caller.request('POST', `/v1/workflows/${workflow}/batch`, { operations }));
    },
  },
  'one by one': {
    inCall: 1,
    call: ([item = '']) => answered(201, caller.register(workflow, item, { deadline, data })),
  },
  'floor: PutItem': {
    inCall: 1,
    call: ([item = '']) =>
      service.aws.dynamodb.send(new PutItemCommand({ TableName: itemsTable, Item: row(item) })),
  },
  'floor: BatchWriteItem': {
    inCall: 25,
    call: (names) => {
      const puts = names.map((item) => ({ PutRequest: { Item: row(item) } }));
      return service.aws.dynamodb.send(new BatchWriteItemCommand({ RequestItems: { [itemsTable]: puts } }));
    },
  },
};

const times = new Map<string, number[]>();
const counted = new Map<string, Map<string, number>>();
try {
  // The first round warms up.
  for (let round = 0; round <= rounds; round++) {
    for (const [way, { inCall, call }] of Object.entries(ways)) {
      const names = Array.from({ length: items }, (_, index) => `${way} ${round} ${index}`);
      const parts = Array.from({ length: items / inCall }, (_, part) =>
        names.slice(part * inCall, (part + 1) * inCall),
      );
      calls.clear();
      const started = performance.now();
      await pLimit(inCall === 1 ? parallel : 2).map(parts, call);
      const took = (performance.now() - started) / items;
      if (round > 0) times.set(way, [...(times.get(way) ?? []), took]);
      counted.set(way, new Map(calls));
    }
  }
} finally {
  caller.close();
  await service.stop();
  rmSync(folder, { recursive: true, force: true });
}

const least = median(times.get('floor: PutItem'));
print(`${items} items with one deadline; median of ${rounds} rounds`);
print(['', 'Scheduler', 'DynamoDB', 'ms/item', 'to PutItem'].map((cell, index) => pad(cell, index)).join(''));
for (const way of Object.keys(ways)) {
  const { CreateScheduleCommand: timers = 0, ...others } = Object.fromEntries(counted.get(way) ?? []);
  const database = Object.values(others).reduce((sum, count) => sum + count, 0);
  const ms = median(times.get(way));
  const cells = [way, timers, database, ms.toFixed(2), (ms / least).toFixed(2)];
  print(cells.map((cell, index) => pad(String(cell), index)).join(''));
}
const timers = counted.get('batches of 100')?.get('CreateScheduleCommand') ?? 0;
print(`calls to Scheduler for ${items} items in batches: ${timers}, at most ${mostTimers}`);
if (timers > mostTimers) process.exitCode = 1;

function row(item: string) {
  const record = itemRecord({ workflow, item, deadline, timerAt: deadline });
  return attributesOf({ ...record, data: JSON.stringify(data) });
}

/** Throws unless all items were registered. */
async function answered(created: number, answer: ReturnType<Caller['request']>): Promise<void> {
  const { status, json } = await answer;
  const statuses = json.results?.map((result: { status: number }) => result.status) ?? [status];
  if (statuses.some((one: number) => one !== created)) throw new Error(`it was answered ${statuses}`);
}

function median(values: readonly number[] = []): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function pad(cell: string, column: number): string {
  return column === 0 ? cell.padEnd(24) : cell.padStart(12);
}
