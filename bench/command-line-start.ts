import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { measureRunOverhead } from './harness/run-overhead.ts';

/**
 * How long the packed command line takes for `--help`, as a ratio to `node -e 0`, which is Node alone. The aim is at most
 * 1.5. Each is run in turns in processes of their own; the best times and the medians are compared. Then, what `warden run`
 * adds to a command beside a local service: exits with 1 above 150 ms.
 * Run: npm run build && npm run bench:command-line-start
 */
const rounds = 41;
const program = join(import.meta.dirname, '../dist/command-line/main.mjs');

const commands = {
  'node -e 0': ['-e', '0'],
  'warden --version': [program, '--version'],
  'warden --help': [program, '--help'],
};

/** Milliseconds. */
function startTime(args: readonly string[]): number {
  const start = performance.now();
  execFileSync(process.execPath, args, { stdio: 'ignore' });
  return performance.now() - start;
}

const best = (values: readonly number[]) => Math.min(...values);
const median = (values: readonly number[]) =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;

const times = new Map(Object.keys(commands).map((name) => [name, [] as number[]]));
// The first round fills Node's compile cache, as the first start after an installation does.
for (const args of Object.values(commands)) startTime(args);
for (let round = 0; round < rounds; round++) {
  for (const [name, args] of Object.entries(commands)) times.get(name)?.push(startTime(args));
}
const floor = times.get('node -e 0') ?? [];
for (const [name, own] of times) {
  const ratios = [best, median].map((of) => (of(own) / of(floor)).toFixed(2));
  process.stdout.write(
    `${name.padEnd(18)} best ${best(own).toFixed(1)} ms, ${ratios[0]} × node alone; median ${ratios[1]} ×\n`,
  );
}
await measureRunOverhead(program, (line) => process.stdout.write(`${line}\n`));
