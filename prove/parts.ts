import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import * as z from 'zod';
import { numberText } from '../core/contract/number-text.ts';
import { proveBadInput } from './bad-input/prove-bad-input.ts';
import { Progress } from './progress.ts';
import { startService } from './service.ts';

/** The result of a part of the proof. */
export interface PartResult {
  /** In one sentence, as in docs/reliability.md. */
  result: string;
  /** Promises that were broken, a line for each. */
  broken: string[];
}

export interface PartOptions {
  seed: number;
  /** How many random histories the same run has: other random parts grow with it. */
  histories: number;
}

const root = join(import.meta.dirname, '..');
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const report = join(root, 'node_modules/.vitest/report.json');
const casesPerHistory = 5;

const Report = z.object({
  numPassedTests: z.int(),
  numFailedTests: z.int(),
  testResults: z.array(
    z.object({
      name: z.string(),
      /** Why the file failed as a whole; empty if it did not. */
      message: z.string(),
      assertionResults: z.array(
        z.object({ fullName: z.string(), status: z.string(), failureMessages: z.array(z.string()) }),
      ),
    }),
  ),
});

/** The parts beside the random histories, by the name that `--only` takes. */
export const parts: Record<string, (options: PartOptions) => Promise<PartResult>> = {
  'bad-input': badInput,
  stops: (options) =>
    suite(
      options,
      ['test/properties'],
      'of the promises, most of them with a stop, a lost reply or a refusal at every call to AWS,',
    ),
  kills: (options) =>
    suite(
      options,
      ['test/e2e/kill.test.ts', 'test/e2e/outage.test.ts', 'test/e2e/redrive-outage.test.ts'],
      'of the service, which is killed (kill -9) under load or away for hours,',
    ),
};

async function badInput({ seed, histories }: PartOptions): Promise<PartResult> {
  const cases = histories * casesPerHistory;
  const service = await startService();
  const progress = new Progress('requests and messages with bad input');
  const onCase = (done: number) => progress.show(done, cases);
  const { refused, failed, faults, broken } = await proveBadInput(service, { seed, cases, onCase }).finally(
    () => service.close(),
  );
  progress.end();
  const result =
    `${numberText(cases)} requests and messages with something wrong in any field, parameter, header or token: ` +
    `${numberText(refused)} that the published document does not allow were refused and, outside of batches, stored nothing; ` +
    `${numberText(faults)} broke this, and ${numberText(failed)} were answered with a 5xx`;
  return { result, broken: broken.map((line) => `P7 wrong: ${line}`) };
}

/** Tests of the suite, with all faults and full sizes. */
async function suite({ seed }: PartOptions, files: string[], what: string): Promise<PartResult> {
  // The report of another run must not count.
  rmSync(report, { force: true });
  const reporters = ['--reporter', join(import.meta.dirname, 'suite-progress.ts'), '--reporter', 'json'];
  const { status } = spawnSync(
    process.execPath,
    [vitest, 'run', ...files, ...reporters, '--outputFile', report],
    {
      cwd: root,
      env: { ...process.env, FAULTS: 'all', SIZE: 'full', SEED: String(seed) },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  if (!existsSync(report)) throw new Error(`the tests ${what} did not run: vitest ended with ${status}`);
  const found = Report.parse(JSON.parse(readFileSync(report, 'utf8')));
  const { numPassedTests: passed, numFailedTests: failed } = found;
  const failures = failuresIn(found);
  return {
    result: `${numberText(passed)} tests ${what} passed, ${failed} failed`,
    broken: [...failures, ...(status === 0 ? [] : [`vitest ended with ${status}`])],
  };
}

function failuresIn({ testResults }: z.output<typeof Report>): string[] {
  return testResults.flatMap(({ name, message, assertionResults }) => [
    ...(message === '' ? [] : [`${relative(root, name)}: ${message}`]),
    ...assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages.join('\n')}`),
  ]);
}
