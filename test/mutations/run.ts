// Breaks the code on purpose, one mutation after the other, in a copy, and shows that the tests notice each.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Mutation, mutations } from './mutations.ts';
import { copyOfTree, whilePlanted } from './planted.ts';

/** Where vitest.config.ts puts the report. */
const report = 'node_modules/.vitest/report.json';
const { positionals: words } = parseArgs({ allowPositionals: true });
const copy = copyOfTree();

const survivors: string[] = [];
const chosen = mutations.filter(({ name }) => words.every((word) => name.includes(word)));
for (const [index, mutation] of chosen.entries()) {
  const startedAt = performance.now();
  const failed = await failuresOf(mutation);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const result = failed.length > 0 ? `caught by ${failed.length}: ${failed[0]}` : 'SURVIVED';
  if (failed.length === 0) survivors.push(mutation.name);
  process.stdout.write(`${index + 1}/${chosen.length} ${mutation.name} (${seconds} s): ${result}\n`);
}
process.stdout.write(`${chosen.length - survivors.length} of ${chosen.length} mutations were caught.\n`);
if (survivors.length > 0) process.exitCode = 1;

/** The titles of the tests that fail while the mutation is in the code. */
function failuresOf(mutation: Mutation): Promise<string[]> {
  return whilePlanted(copy, mutation, () => {
    rmSync(join(copy, report), { force: true });
    const { stderr } = spawnSync('npx', ['vitest', 'run', ...mutation.tests, '--maxWorkers=1', '--bail=1'], {
      cwd: copy,
    });
    return failedTitles(readFileSync(join(copy, report), 'utf8'), `${mutation.name}: ${stderr}`);
  });
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
