/**
 * Does an export of 100,000 items run in constant memory, and does it contain every item that exists throughout, once?
 * Starts the local service as a child and registers the items by batch. Exports them twice over HTTP while a second
 * client registers, completes, changes, extends, fails and restarts items, and once more while nothing changes. Prints
 * what was missing or doubled, the memory of the service and of this client after each quarter, and lines and megabytes
 * a second as a ratio to floors measured in the same run: bare Query calls for the same items, and the calls that an
 * export made before docs/adr/0022; each with a bare PutItem call for every change. Exits with 1 if an item was missing
 * or doubled, or if the service's own memory grew by more than 64 MB after the first quarter of the second export.
 * Run: npm run bench:export                       some minutes
 *      npm run bench:export -- --items 5000
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Change, ChangingItems, changesOfEachKind } from '../test/e2e/support/changing-items.ts';
import { exportWalk } from '../test/e2e/support/export-walk.ts';
import { Laptop } from '../test/e2e/support/laptop-without-vitest.ts';
import { registerAll } from '../test/e2e/support/outage-items.ts';
import { seededRandom } from '../test/support/seeded-random.ts';
import { byIndex, byTable, exportFloor } from './export-floor.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { items: text, seed: text } });
const items = Number(values.items ?? 100_000);
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const workflow = 'exported';
const mostGrowthMb = 64;
/** The limit of the service's JavaScript heap. Without a limit, garbage is collected only after gigabytes. */
const heapMb = 256;
const print = (line: string) => process.stdout.write(`${line}\n`);
const faults: string[] = [];

const laptop = new Laptop();
try {
  const data = laptop.folder();
  const { caller, process: service } = await laptop.start({
    data,
    env: { NODE_OPTIONS: `--max-old-space-size=${heapMb}` },
  });
  const started = performance.now();
  await registerAll(caller, { workflow, items, lost: 0, lostAfter: 0 });
  const registering = (performance.now() - started) / 1_000;
  print(
    `seed ${seed}; a heap of ${heapMb} MB at most; registered ${items} items, ${(items / registering).toFixed(0)}/s`,
  );

  const all: Change[] = ['register', 'complete', 'step', 'tag', 'fail', 'restart', 'extend'];
  const changing = new ChangingItems(caller, { workflow, items, random: seededRandom(seed) });
  const rates: { kinds: readonly Change[]; perSecond: number }[] = [];
  for (const [round, kinds] of [
    [1, all],
    [2, all],
    [3, []],
  ] as const) {
    const samples: { service: number; own: number; client: number }[] = [];
    const walk = await exportWalk(caller, {
      workflow,
      query: 'limit=200',
      changing,
      kinds,
      onPage: (lines) => {
        if (lines < ((samples.length + 1) * items) / 4 - 200 || samples.length === 4) return;
        samples.push({ ...memoryOf(service.pid), client: process.memoryUsage().heapUsed / 1_024 ** 2 });
      },
    });
    const perSecond = walk.lines / walk.seconds;
    rates.push({ kinds, perSecond });
    const rate = `${perSecond.toFixed(0)} lines/s, ${(walk.bytes / walk.seconds / 1_024 ** 2).toFixed(2)} MB/s`;
    print(
      `export ${round}: ${walk.lines} lines on ${walk.pages} pages in ${walk.seconds.toFixed(1)} s, ${rate}`,
    );
    print(
      `  completed meanwhile ${changing.completed.size}; missing, doubled or changed: ${walk.faults.length}`,
    );
    const columns = (of: 'service' | 'own' | 'client') =>
      samples.map((sample) => sample[of].toFixed(0)).join(', ');
    print(
      `  after each quarter, service: ${columns('service')} MB resident, ${columns('own')} MB of it its own`,
    );
    print(`  after each quarter, client: ${columns('client')} MB of heap`);
    faults.push(...walk.faults);
    const growth = (samples.at(-1)?.own ?? 0) - (samples[0]?.own ?? 0);
    if (round === 2 && growth > mostGrowthMb) faults.push(`the service grew by ${growth.toFixed(0)} MB`);
  }

  await service.stop('SIGTERM');
  for (const { kinds, perSecond } of rates.slice(1)) {
    const changesOfPage = kinds.length * changesOfEachKind;
    for (const [how, pages] of [
      ['Query', byTable],
      ['Query of an index and BatchGetItem', byIndex],
    ] as const) {
      const floor = await exportFloor(data, { workflow, pages, changesOfPage });
      const floorOf = `floor, ${how}, ${changesOfPage} PutItem a page`;
      print(`${floorOf}: ${floor.toFixed(0)} items/s; ratio ${(perSecond / floor).toFixed(2)}`);
    }
  }
} finally {
  await laptop.end();
}
for (const fault of faults.slice(0, 20)) print(`FAULT: ${fault}`);
if (faults.length > 0) process.exitCode = 1;

/**
 * Resident megabytes: all, and those that are not mapped files of the embedded database, which Linux leaves in memory.
 */
function memoryOf(pid: number): { service: number; own: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name: string) =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1_024;
  return { service: megabytes('VmRSS'), own: megabytes('RssAnon') };
}
