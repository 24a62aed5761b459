// Breaks the code on purpose, one mutation after the other, in a copy, and shows that the tests notice each.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Mutation, mutations } from './mutations.ts';

/** Where vitest.config.ts puts the report. */
const report = 'node_modules/.vitest/report.json';
const root = join(import.meta.dirname, '../..');
const { positionals: words } = parseArgs({ allowPositionals: true });
const copy = mkdtempSync(join(tmpdir(), 'warden-mutations-'));
process.on('exit', () => rmSync(copy, { recursive: true, force: true }));

const survivors: string[] = [];
const chosen = mutations.filter(({ name }) => words.every((word) => name.includes(word)));
copyTree();
for (const [index, mutation] of chosen.entries()) {
  const startedAt = performance.now();
  const failed = failuresOf(mutation);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const result = failed.length > 0 ? `caught by ${failed.length}: ${failed[0]}` : 'SURVIVED';
  if (failed.length === 0) survivors.push(mutation.name);
  process.stdout.write(`${index + 1}/${chosen.length} ${mutation.name} (${seconds} s): ${result}\n`);
}
process.stdout.write(`${chosen.length - survivors.length} of ${chosen.length} mutations were caught.\n`);
if (survivors.length > 0) process.exitCode = 1;

/** Everything that git would keep, changed or not, and the installed packages. */
function copyTree(): void {
  const { stdout } = spawnSync('git', ['ls-files', '-coz', '--exclude-standard'], { cwd: root });
  for (const path of stdout.toString().split('\0').filter(Boolean))
    cpSync(join(root, path), join(copy, path));
  mkdirSync(join(copy, 'node_modules'));
  for (const name of readdirSync(join(root, 'node_modules'))) {
    if (name !== '.vitest') symlinkSync(join(root, 'node_modules', name), join(copy, 'node_modules', name));
  }
}

/** The titles of the tests that fail while the mutation is in the code. */
function failuresOf({ name, file, from, to, tests }: Mutation): string[] {
  const path = join(copy, file);
  const source = readFileSync(path, 'utf8');
  if (source.split(from).length !== 2) throw new Error(`${name}: "${from}" is not exactly once in ${file}`);
  writeFileSync(
    path,
    source.replace(from, () => to),
  );
  try {
    rmSync(join(copy, report), { force: true });
    const { stderr } = spawnSync('npx', ['vitest', 'run', ...tests, '--maxWorkers=1', '--bail=1'], {
      cwd: copy,
    });
    return failedTitles(readFileSync(join(copy, report), 'utf8'), `${name}: ${stderr}`);
  } finally {
    writeFileSync(path, source);
  }
}

/** A file that cannot be loaded has caught nothing: the mutation is wrong. */
function failedTitles(report: string, otherwise: string): string[] {
  const { testResults } = JSON.parse(report) as {
    testResults: { status: string; assertionResults: { status: string; fullName: string }[] }[];
  };
  return testResults.flatMap(({ status, assertionResults }) => {
    if (status === 'failed' && assertionResults.length === 0) throw new Error(otherwise);
    return assertionResults.filter((one) => one.status === 'failed').map(({ fullName }) => fullName);
  });
}
