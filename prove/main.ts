/**
 * Does the service keep its promises? Runs random histories against it, with faults at every call, clocks that differ
 * and timers that do not fire, and compares what could be seen with a model of the promises. Sends requests with faults
 * in every field, stops functions at every call, and kills the service. Exits with 1 if a promise was broken, and prints the smallest history that breaks it.
 */
import { availableParallelism } from 'node:os';
import { Command } from 'commander';
import * as z from 'zod';
import { durationText } from '../core/contract/duration-text.ts';
import { seedOf } from '../test/support/draw.ts';
import { parts } from './parts.ts';
import { Progress } from './progress.ts';
import type { Done } from './prove-histories.ts';
import { proveInThreads } from './prove-in-threads.ts';
import { pageText } from './report/page.ts';
import { readRecord, whereNow, writeRecord } from './report/record.ts';
import { counterexampleText, figureRows, figuresText, type Row } from './report/text.ts';

const Options = z.strictObject({
  seed: z.optional(whole('--seed').max(2 ** 31 - 1, `--seed must be at most ${2 ** 31 - 1}`)),
  histories: whole('--histories').default(1_000),
  history: z.optional(whole('--history')),
  only: z.optional(z.string()),
  first: z.boolean().default(false),
  shrink: z.boolean(),
  threads: z.optional(whole('--threads').min(1, '--threads must be at least 1')),
  write: z.boolean().default(false),
});

const command = new Command('npm run prove --')
  .description('Let random histories happen to the service and hold what was seen against its promises.')
  .option('--seed <number>', 'what is drawn follows from it; printed if it is left out')
  .option(
    '--histories <count>',
    'how many random histories, 1000 if left out; requests with bad input are 5 times as many',
  )
  .option('--history <number>', 'only this history of the seed')
  .option('--only <parts>', `some parts, with commas: histories, ${Object.keys(parts).join(', ')}`)
  .option('--first', 'stop at the first history that breaks a promise')
  .option('--no-shrink', 'show a history that breaks a promise as it was drawn')
  .option('--threads <count>', 'threads for the histories, one for each core if left out')
  .option('--write', 'write docs/reliability.md and prove/results/published.json, too')
  .addHelpText(
    'after',
    `
Examples:
  npm run prove                                 all parts, some minutes
  npm run prove -- --seed 7 --histories 20000   the long run, about half an hour
  npm run prove -- --seed 7 --history 123       one history of it again
  npm run prove -- --only stops,kills           tests with a fault at every call and full sizes, some minutes`,
  )
  .showHelpAfterError('(npm run prove -- --help shows the options)')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse();
const values = optionsOf(command);
const seed = values.seed ?? seedOf(undefined);
const one = values.history;
const count = one === undefined ? values.histories : one + 1;
// The first history that breaks a promise is the history with the lowest number: they run one after the other.
const threads = values.first || one !== undefined ? 1 : (values.threads ?? availableParallelism());
const print = (line: string) => process.stdout.write(`${line}\n`);

const all = ['histories', ...Object.keys(parts)];
const names = one === undefined ? (values.only?.split(',') ?? all) : ['histories'];
const unknown = names.filter((name) => !all.includes(name));
if (unknown.length > 0) {
  command.error(`there is no part ${unknown.join(', ')}; the parts are ${all.join(', ')}`);
}

const before = readRecord();
const results = new Map(before?.parts.map((part) => [part.name, part]));
print(`seed ${seed}`);
for (const [name, prove] of Object.entries(parts)) {
  if (!names.includes(name)) continue;
  const { broken, ...part } = await timed(() => prove({ seed, histories: count }));
  for (const line of [`${name}: ${part.result}`, ...broken]) print(line);
  if (broken.length > 0) process.exitCode = 1;
  results.set(name, { ...part, name });
}
// They come last, because they end with the table.
const histories = names.includes('histories') ? await timed(randomHistories) : before?.histories;
if (values.write && histories) {
  const record = { ...before, histories, parts: [...results.values()] };
  writeRecord(record, pageText(record));
}

async function randomHistories(): Promise<{ rows: [string, string][] }> {
  const progress = new Progress('histories');
  const options = {
    seed,
    from: one ?? 0,
    to: count,
    ...(values.first && { mostBroken: 1 }),
    shrinks: values.shrink,
    onHistory: ({ histories: done, brokenIn }: Done) => {
      const found = brokenIn.length > 0 ? `, promises broken in history ${brokenIn.join(', ')}` : '';
      progress.show(done, count - (one ?? 0), found);
    },
  };
  const { figures, counterexamples } = await proveInThreads(options, threads);
  progress.end();
  process.stdout.write(figuresText(figures));
  for (const found of counterexamples) process.stdout.write(counterexampleText(seed, found));
  if (counterexamples.length > 0) process.exitCode = 1;
  return { rows: figureRows(figures).map(([name, value]: Row) => [name, value]) };
}

/** The result of some work, and the command that repeats it. */
async function timed<Found>(work: () => Promise<Found>) {
  const begun = performance.now();
  const found = await work();
  const ms = performance.now() - begun;
  print(`took ${durationText(ms)}`);
  return { ...whereNow(), seed, seconds: Math.round(ms / 1_000), ...found };
}

function whole(name: string) {
  return z.coerce
    .number(`${name} must be a whole number`)
    .int(`${name} must be a whole number`)
    .nonnegative();
}

function optionsOf(parsed: Command): z.output<typeof Options> {
  const { data, error } = Options.safeParse(parsed.opts());
  return data ?? parsed.error(error?.issues.map(({ message }) => message).join('; ') ?? '');
}
