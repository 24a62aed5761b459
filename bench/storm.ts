/**
 * What happens to 100,000 items of 3 workflows that all expire in the same minute? Registers them with the local
 * service's own servers, in a data folder, then moves time to that minute: timers, check-timers and sweeps every 15 s,
 * with a clock that advances by the time that the work takes. Prints whether each item was reported once, which
 * notifications people received and when, the time, the peak memory of the process (embedded AWS and this bench
 * included), and the items reported a second as a ratio to a floor measured in the same run: bare UpdateItem calls on
 * the same items. Exits with 1 if an item was not marked exactly once, not reported, or missing in the counts, or if
 * people received more than 3 notifications per workflow in the first 5 minutes.
 * Run: npm run bench:storm                    some minutes
 *      npm run bench:storm -- --items 5000
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { storm } from '../test/support/storm.ts';

const { values } = parseArgs({ options: { items: { type: 'string' } } });
const items = Number(values.items ?? 100_000);
const print = (line: string) => process.stdout.write(`${line}\n`);
const megabytes = (bytes: number) => `${(bytes / 1024 ** 2).toFixed(0)} MB`;
const faults: string[] = [];

const data = mkdtempSync(join(tmpdir(), 'warden-storm-'));
try {
  const floorItems = Math.min(items, 10_000);
  const seen = await storm({ items, workflows: 3, data, floorItems, sweepEveryMs: 15_000, say: print });
  expect('items overdue and reported', seen.overdue, items);
  expect('times that an item was marked overdue', seen.marked, items);
  expect('ids of item.overdue events', seen.attempts, items);
  print(`repeats of an event, under the same id: ${seen.events - seen.attempts}`);
  for (const { workflow, told } of seen.workflows) {
    const lines = told.map(
      ({ minute, event, counts }) => `${event} ${minute.toFixed(2)} min (${counts.overdue})`,
    );
    print(`${workflow}: ${lines.join(', ')}`);
    const early = told.filter(({ minute }) => minute <= 5).length;
    if (early > 3) faults.push(`${workflow} got ${early} notifications in the first 5 minutes`);
  }
  expect('items in the last counts that people were notified', seen.told, items);
  print(`${seen.caughtBySweep} caught by the sweep`);
  for (const [message, count] of seen.errors) print(`logged as an error, ${count} times: ${message}`);
  print(
    `all reported ${seen.seconds.toFixed(0)} s after the first deadline; ${seen.reportedPerSecond.toFixed(0)}/s, ` +
      `floor ${seen.floorPerSecond.toFixed(0)}/s, ratio ${(seen.reportedPerSecond / seen.floorPerSecond).toFixed(2)}`,
  );
  print(
    `resident memory: ${megabytes(seen.residentBefore)} when all were registered, ` +
      `${megabytes(seen.residentAtMost)} at most; of that on the heap ${megabytes(seen.heapAtMost)} at most`,
  );
} finally {
  rmSync(data, { recursive: true, force: true });
}
for (const fault of faults) print(`FAULT: ${fault}`);
if (faults.length > 0) process.exitCode = 1;

function expect(what: string, found: number, expected: number): void {
  print(`${what}: ${found}`);
  if (found !== expected) faults.push(`${what}: ${found}, not ${expected}`);
}
