/**
 * All measurements as ratios to floors of the same run. Prints a table for each part, writes the figures as JSON, and
 * exits with 1 if a promise was broken.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import prettyMs from 'pretty-ms';
import * as z from 'zod/mini';
import { textTable, withResults } from './harness/page.ts';
import { Results, recorded, type Size } from './harness/result.ts';
import { parts } from './parts.ts';

const folder = join(import.meta.dirname, 'results');
const page = join(import.meta.dirname, '../docs/performance.md');
const command = new Command('npm run bench --')
  .description('Measure the service, with ratios to floors of the same run. Run `npm run build` before.')
  .option('--only <parts>', `some parts, with commas: ${Object.keys(parts).join(', ')}`)
  .option('--quick', 'small sizes, some minutes')
  .option('--full', 'also with a million items')
  .option('--write', 'keep the figures for docs/performance.md, and write the page')
  .showHelpAfterError('(npm run bench -- --help shows the options)')
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
  .parse();
const flag = z._default(z.boolean(), false);
const Options = z.strictObject({ only: z.optional(z.string()), quick: flag, full: flag, write: flag });
const values = z.parse(Options, command.opts());
const print = (line: string) => process.stdout.write(`${line}\n`);

const names = values.only?.split(',') ?? Object.keys(parts);
const unknown = names.filter((name) => !(name in parts));
if (unknown.length > 0) {
  command.error(`there is no part ${unknown.join(', ')}; the parts are ${Object.keys(parts).join(', ')}`);
}
const size: Size = values.quick ? 'quick' : values.full ? 'full' : 'usual';
const secondsOf = (name: string) => parts[name]?.seconds[size] ?? 0;

const measured: Results = {};
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
  say(`part ${index + 1} of ${names.length}`);
  const result = await part.measure(size, say);
  measured[name] = recorded(result, size, (performance.now() - begun) / 1_000);
}

for (const [name, part] of Object.entries(measured)) print(`\n${name}\n${textTable(part)}`);
mkdirSync(folder, { recursive: true });
const last = join(folder, 'last.json');
writeFileSync(last, `${JSON.stringify(measured, null, 2)}\n`);
print(`\ntook ${prettyMs(performance.now() - started)}; the figures are in bench/results/last.json`);
if (values.write) {
  const published = join(folder, 'published.json');
  const before = z.parse(Results, JSON.parse(readFileSync(published, 'utf8')));
  const results = { ...before, ...measured };
  writeFileSync(published, `${JSON.stringify(results, null, 2)}\n`);
  writeFileSync(page, withResults(readFileSync(page, 'utf8'), results));
  print('wrote bench/results/published.json and docs/performance.md');
}
const faults = Object.entries(measured).flatMap(([name, { broken }]) =>
  broken.map((fault) => `${name}: ${fault}`),
);
for (const fault of faults) print(`BROKEN: ${fault}`);
if (faults.length > 0) process.exitCode = 1;
