import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * How long the bundles of the hot path take to import, as a ratio to a bundle of only the SDK clients and commands that
 * they use, bundled in the same way. The aim is at most 1.3. Each bundle is imported in fresh processes, in turns; the
 * best times and the medians are compared.
 * Run: npm run build && npm run bench:import-time
 */
const rounds = 21;
const root = join(import.meta.dirname, '..');
const folder = mkdtempSync(join(tmpdir(), 'import-time-'));

const clients = `
export { DynamoDBClient, GetItemCommand, PutItemCommand, UpdateItemCommand, DeleteItemCommand, BatchGetItemCommand } from '@aws-sdk/client-dynamodb';
export { SchedulerClient, CreateScheduleCommand, DeleteScheduleCommand } from '@aws-sdk/client-scheduler';
export { SNSClient, PublishCommand, PublishBatchCommand } from '@aws-sdk/client-sns';
`;
const floor = join(folder, 'floor.mjs');
await build({
  stdin: { contents: clients, resolveDir: root },
  outfile: floor,
  bundle: true,
  minify: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  mainFields: ['module', 'main'],
  alias: { '@aws-sdk/credential-provider-node': join(root, 'build/lambda-credentials.ts') },
  banner: { js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);" },
});

/** Milliseconds, in a process of its own. */
function importTime(file: string): number {
  const program = join(folder, 'import.mjs');
  writeFileSync(
    program,
    'const t = performance.now(); await import(process.argv[2]); process.stdout.write(String(performance.now() - t));',
  );
  return Number(execFileSync(process.execPath, [program, file], { encoding: 'utf8' }));
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
/** The time that it takes when nothing else runs: noise only adds. */
const best = (values: number[]): number => Math.min(...values);

const names = ['register', 'complete', 'progress', 'check-timers'];
const files = [floor, ...names.map((name) => join(root, 'dist/functions', name, 'index.mjs'))];
const times = files.map((): number[] => []);
for (let round = 0; round < rounds; round++) {
  for (const [index, file] of files.entries()) times[index]?.push(importTime(file));
}
const floorTimes = times[0] ?? [];
process.stdout.write(
  `floor: SDK clients alone, of ${rounds}: best ${best(floorTimes).toFixed(1)} ms, median ${median(floorTimes).toFixed(1)} ms\n`,
);
for (const [index, name] of names.entries()) {
  const own = times[index + 1] ?? [];
  const ratios = [best, median].map((of) => (of(own) / of(floorTimes)).toFixed(2));
  process.stdout.write(`${name.padEnd(14)} best ${ratios[0]} × the floor, median ${ratios[1]} ×\n`);
}
rmSync(folder, { recursive: true, force: true });
