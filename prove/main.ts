/**
 * Does the service keep its promises? Lets random histories happen to it, with faults at every call, clocks that
 * differ and timers that do not fire, and holds what could be seen against a model of the promises. Sends requests with
 * something wrong in every field. Exits with 1 if a promise was broken, and prints the smallest history that breaks it.
 * Run: npm run prove                                        a thousand histories, five thousand requests
 *      npm run prove -- --seed 7 --histories 20000          the long run
 *      npm run prove -- --seed 7 --history 123              one of them again
 *      npm run prove -- --only stops,kills                  tests of the suite with all faults and full sizes, an hour
 *      npm run prove -- --write                             write docs/reliability.md, too
 *      npm run prove -- --first --unshrunk                  up to the first that breaks a promise, as it is
 */
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { durationText } from '../client/command-line/text/times.ts';
import { seedOf } from '../test/support/draw.ts';
import { parts } from './parts.ts';
import { Progress } from './progress.ts';
import { proveHistories } from './prove-histories.ts';
import { pageText } from './report/page.ts';
import { readRecord, whereNow, writeRecord } from './report/record.ts';
import { counterexampleText, figureRows, figuresText, type Row } from './report/text.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    seed: text,
    histories: text,
    history: text,
    only: text,
    first: { type: 'boolean' },
    unshrunk: { type: 'boolean' },
    write: { type: 'boolean' },
  },
});
const whole = z.optional(z.coerce.number().int().nonnegative());
const seed = seedOf(values.seed);
const one = whole.parse(values.history);
const count = one === undefined ? (whole.parse(values.histories) ?? 1_000) : one + 1;
const print = (line: string) => process.stdout.write(`${line}\n`);

const names = one === undefined ? (values.only?.split(',') ?? ['histories', 'bad-input']) : ['histories'];
const unknown = names.filter((name) => name !== 'histories' && !(name in parts));
if (unknown.length > 0) {
  print(
    `there is no part ${unknown.join(', ')}; the parts are ${['histories', ...Object.keys(parts)].join(', ')}`,
  );
  process.exit(2);
}

const before = readRecord();
const results = new Map(before?.parts.map((part) => [part.name, part]));
print(`seed ${seed}`);
const histories = names.includes('histories') ? await timed(randomHistories) : before?.histories;
for (const [name, prove] of Object.entries(parts)) {
  if (!names.includes(name)) continue;
  const { broken, ...part } = await timed(() => prove({ seed, histories: count }));
  for (const line of [`${name}: ${part.result}`, ...broken]) print(line);
  if (broken.length > 0) process.exitCode = 1;
  results.set(name, { ...part, name });
}
if (values.write && histories) {
  const record = { ...before, histories, parts: [...results.values()] };
  writeRecord(record, pageText(record));
}

async function randomHistories(): Promise<{ rows: [string, string][] }> {
  const progress = new Progress('histories');
  const { figures, counterexamples } = await proveHistories({
    seed,
    from: one ?? 0,
    to: count,
    ...(values.first && { mostBroken: 1 }),
    ...(values.unshrunk && { shrinks: false }),
    onHistory: ({ histories: done, broken }) => {
      const failures = Object.values(broken).reduce((sum, number) => sum + number, 0);
      progress.show(done, count - (one ?? 0), failures > 0 ? `, ${failures} promises broken` : '');
    },
  });
  progress.end();
  for (const found of counterexamples) process.stdout.write(counterexampleText(seed, found));
  process.stdout.write(figuresText(figures));
  if (counterexamples.length > 0) process.exitCode = 1;
  return { rows: figureRows(figures).map(([name, value]: Row) => [name, value]) };
}

/** What some work found, and what repeats it. */
async function timed<Found>(work: () => Promise<Found>) {
  const begun = performance.now();
  const found = await work();
  const ms = performance.now() - begun;
  print(`took ${durationText(ms)}`);
  return { ...whereNow(), seed, seconds: Math.round(ms / 1_000), ...found };
}
