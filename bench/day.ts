/**
 * Does the warden miss anything, or raise a false alarm, on a day of normal use? 50,000 items over 24 hours in 10
 * workflows, with timers that come early, late, twice or not at all, SNS throttled on 5 % of calls, steps, heartbeats
 * and failures. Time is moved by hand. Prints what was missed and what was false, and exits with 1 if anything was;
 * then how many notifications people received, and the detection delay (from the deadline until an item is marked
 * overdue).
 * Run: npm run bench:day                 some minutes
 *      npm run bench:day -- --seed 7     another day
 *      npm run bench:day -- --items 2000 --hours 1
 */
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { day } from '../test/support/day.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { seed: text, items: text, hours: text } });
const seed = Number(values.seed ?? Math.floor(Math.random() * 1_000_000));
const items = Number(values.items ?? 50_000);
const hours = Number(values.hours ?? 24);
const print = (line: string) => process.stdout.write(`${line}\n`);

print(`seed ${seed}, ${items} items over ${hours} hours`);
const started = performance.now();
const seen = await day(
  {
    seed,
    items,
    timeouts: [1, 2, 3, 5, 8, 10, 15, 20, 30, 45],
    hours,
    late: 0.001,
    lost: 0.0002,
    failed: 0.0005,
  },
  print,
);
const seconds = (ms: number | undefined) => `${((ms ?? 0) / 1_000).toFixed(1)} s`;
const quantile = (share: number) => seconds(seen.delays[Math.ceil(share * seen.delays.length) - 1]);

print(`missed ${seen.missed.length}, false ${seen.wrong.length}`);
for (const item of seen.missed) print(`  missed ${item}`);
for (const item of seen.wrong) print(`  false ${item}`);
print(
  `${seen.actions} calls; ${seen.overdue} items overdue, ${seen.failed} failed, ` +
    `${seen.lateUnnoticed} completed late before anybody noticed`,
);
print(
  `${seen.throttledCalls} calls to SNS throttled, ${seen.repeatedTimers} timers twice, ${seen.lostTimers} lost`,
);
print(
  `detection delay: p50 ${quantile(0.5)}, p90 ${quantile(0.9)}, p99 ${quantile(0.99)}, max ${quantile(1)}; ` +
    `${seen.caughtBySweep} caught by the sweep`,
);
const isCounted = isDeepStrictEqual(seen.statistics.read, seen.statistics.ledger);
print(
  `statistics: ${JSON.stringify(seen.statistics.read)}, ${isCounted ? 'as the replies add up' : `but replies add up to ${JSON.stringify(seen.statistics.ledger)}`}`,
);
print(`${seen.incidents} incidents; notifications by workflow:`);
for (const [workflow, count] of seen.notifications) print(`  ${workflow}: ${count}`);
print(`took ${seconds(performance.now() - started)}`);
if (seen.missed.length + seen.wrong.length > 0 || !isCounted) process.exitCode = 1;
