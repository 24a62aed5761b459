/**
 * All measurements as ratios to floors of the same run. Prints a table for each part and a table of the targets, writes
 * the figures as JSON, and exits with 1 if a promise was broken. A missed target is printed and no fault.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import prettyMs from 'pretty-ms';
import * as z from 'zod/mini';
import build from '../test/support/build.ts';
import { textTable } from './harness/page.ts';
import { type Results, recorded, type Size } from './harness/result.ts';
import { targetTable } from './harness/targets.ts';
import { parts } from './parts.ts';
import { publish } from './publish.ts';

const folder = join(import.meta.dirname, 'results');
const command = new Command('npm run bench --')
  .description('Measure the service, with ratios to floors of the same run.')
  .option('--only <parts>', `some parts, with commas: ${Object.keys(parts).join(', ')}`)
  .option('--quick', 'small sizes, some minutes')
  .option('--full', 'also with a million items')
  .option(
    '--write',
    'publish the figures: bench/results/published.json, docs/performance.md and docs/cost.md',
  )
  .option('--page', 'only write the pages from the published figures')
  .showHelpAfterError('(npm run bench -- --help shows the options)')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse();
const flag = z._default(z.boolean(), false);
const Options = z.strictObject({
  only: z.optional(z.string()),
  quick: flag,
  full: flag,
  write: flag,
  page: flag,
});
const values = z.parse(Options, command.opts());
const print = (line: string) => process.stdout.write(`${line}\n`);

const names = values.page ? [] : (values.only?.split(',') ?? Object.keys(parts));
const unknown = names.filter((name) => !(name in parts));
if (unknown.length > 0) {
  command.error(`there is no part ${unknown.join(', ')}; the parts are ${Object.keys(parts).join(', ')}`);
}
const size: Size = values.quick ? 'quick' : values.full ? 'full' : 'usual';
const secondsOf = (name: string) => parts[name]?.seconds[size] ?? 0;

if (names.some((name) => parts[name]?.measuresBuild)) await build();
const measured: Results = {};
const faults: string[] = [];
const started = performance.now();
for (const [index, name] of names.entries()) {
  const part = parts[name];
  if (part === undefined) continue;
  const begun = performance.now();
  const later = names.slice(index + 1).reduce((sum, other) => sum + secondsOf(other), 0);
  const say = (line: string) => {
    const left = Math.max(0, secondsOf(name) - (performance.now() - begun) / 1_000) + later;
    print(`${name}: ${line}; about ${prettyMs(Math.ceil(left) * 1_000)} left`);
  };
  const missing = part.missing?.();
  if (missing !== undefined) {
    print(`${name}: left out: ${missing}`);
    continue;
  }
  say(`part ${index + 1} of ${names.length}`);
  try {
    const result = await part.measure(size, say);
    measured[name] = recorded(result, size, (performance.now() - begun) / 1_000);
    faults.push(...result.broken.map((fault) => `${name}: ${fault}`));
  } catch (error) {
    // The figures of the other parts are worth having all the same.
    faults.push(`${name} was not measured: ${error instanceof Error ? error.stack : error}`);
  }
}

for (const [name, part] of Object.entries(measured)) print(`\n${name}\n${textTable(part)}`);
const wanted = Object.fromEntries(Object.entries(parts).filter(([name]) => name in measured));
const targets = targetTable(wanted, measured);
if (targets.rows.length > 0) print(`\ntargets: a missed one is no fault\n${textTable(targets)}`);
if (!values.page) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'last.json'), `${JSON.stringify(measured, null, 2)}\n`);
  print(`\ntook ${prettyMs(performance.now() - started)}; the figures are in bench/results/last.json`);
}
if (values.write || values.page) {
  publish(measured);
  print('wrote bench/results/published.json, docs/performance.md and docs/cost.md');
}
for (const fault of faults) print(`BROKEN: ${fault}`);
if (faults.length > 0) process.exitCode = 1;
