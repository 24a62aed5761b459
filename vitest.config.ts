import { defineConfig } from 'vitest/config';
import { compiled } from './test/support/compiled.ts';
import LongestFirst from './test/support/longest-first.ts';

/** It counts the objects of its process, so it has one of its own. */
const alone = ['test/local/database.test.ts'];

/** In every project: nothing but `alone` needs a process for each file. */
const inForks = {
  pool: 'forks' as const,
  setupFiles: ['test/support/seed-fast-check.ts'],
  env: compiled,
  // Most of what a test makes is soon garbage. With room for more of it, less is copied before it is: one part in twenty of
  // a processor's time, and one in twelve for templates.
  execArgv: ['--min-semi-space-size=32', '--max-semi-space-size=64'],
  // A test file shares no state of a module with others, so that they need not load everything anew: it takes most of a
  // second of a core for each.
  isolate: false,
  testTimeout: 30_000,
  hookTimeout: 30_000,
};

export default defineConfig({
  test: {
    globalSetup: ['test/support/draw.ts', 'test/support/prepare.ts'],
    // Some files wait while others compute. With fewer than two workers for each of two cores, one would be idle at times.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    // .ci/run reads the counts from the JSON report.
    reporters: ['default', ['json', { outputFile: 'node_modules/.vitest/report.json' }]],
    // A worker serves one project. What waits and what computes are one, so that they alternate and need few workers.
    projects: [
      { test: { name: 'shared', include: ['test/**/*.test.ts'], exclude: alone, ...inForks } },
      { test: { name: 'alone', include: alone, ...inForks, isolate: true } },
    ],
  },
});
