/**
 * Does the service keep its promises? Lets random histories happen to it, with faults at every call, clocks that
 * differ and timers that do not fire, and holds what could be seen against a model of the promises. Exits with 1 if a
 * promise was broken, and prints the smallest history that breaks it.
 * Run: npm run prove                                        a thousand histories
 *      npm run prove -- --seed 7 --histories 20000          the long run
 *      npm run prove -- --seed 7 --history 123              one of them again
 *      npm run prove -- --write                             write docs/reliability.md, too
 *      npm run prove -- --first --unshrunk                  up to the first that breaks a promise, as it is
 */
import { parseArgs } from 'node:util';
import { durationText } from '../client/command-line/text/times.ts';
import { seedOf } from '../test/support/draw.ts';
import { Progress } from './progress.ts';
import { proveHistories } from './prove-histories.ts';
import { pageText } from './report/page.ts';
import { readRecord, whereNow, writeRecord } from './report/record.ts';
import { counterexampleText, figureRows, figuresText } from './report/text.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: {
    seed: text,
    histories: text,
    history: text,
    first: { type: 'boolean' },
    unshrunk: { type: 'boolean' },
    write: { type: 'boolean' },
  },
});
const seed = seedOf(values.seed);
const one = values.history === undefined ? undefined : Number(values.history);
const count = one === undefined ? Number(values.histories ?? 1_000) : one + 1;

process.stdout.write(`seed ${seed}, ${one === undefined ? `${count} histories` : `history ${one}`}\n`);
const begun = performance.now();
const progress = new Progress('histories');
const { figures, counterexamples } = await proveHistories({
  seed,
  from: one ?? 0,
  to: count,
  ...(values.first && { mostBroken: 1 }),
  ...(values.unshrunk && { shrinks: false }),
  onHistory: ({ histories, broken }) => {
    const failures = Object.values(broken).reduce((sum, number) => sum + number, 0);
    progress.show(histories, count - (one ?? 0), failures > 0 ? `, ${failures} promises broken` : '');
  },
});
progress.end();
for (const found of counterexamples) process.stdout.write(counterexampleText(seed, found));
process.stdout.write(figuresText(figures));
process.stdout.write(`took ${durationText(performance.now() - begun)}\n`);
if (counterexamples.length > 0) process.exitCode = 1;
if (values.write) {
  const before = readRecord();
  const seconds = Math.round((performance.now() - begun) / 1_000);
  const rows = figureRows(figures).map(([name, value]): [string, string] => [name, value]);
  const record = { parts: [], ...before, histories: { ...whereNow(), seed, seconds, rows } };
  writeRecord(record, pageText(record));
}
