import { defineConfig } from 'vitest/config';

const timeouts = { testTimeout: 30_000, hookTimeout: 30_000 };

/**
 * These start processes, signal them, wait in real time, change the environment or count the objects of their process:
 * each file has a process of its own.
 */
const alone = [
  'test/e2e/**/*.test.ts',
  'test/examples/**/*.test.ts',
  'test/build/**/*.test.ts',
  'test/console/**/*.test.ts',
  'test/local/database.test.ts',
];

export default defineConfig({
  test: {
    globalSetup: ['test/support/draw.ts', 'test/support/build.ts', 'test/support/report-engines.ts'],
    // Most of the time is spent waiting for servers and, end to end, for the clock: one worker would leave a core idle.
    maxWorkers: 2,
    // .ci/run reads the counts from the JSON report.
    reporters: ['default', ['json', { outputFile: 'node_modules/.vitest/report.json' }]],
    projects: [
      {
        test: {
          name: 'shared',
          include: ['test/**/*.test.ts'],
          exclude: alone,
          pool: 'forks',
          setupFiles: ['test/support/seed-fast-check.ts'],
          // A test file shares no state of a module with others, so that they need not load everything anew: it takes
          // most of a second of a core for each.
          isolate: false,
          sequence: { groupOrder: 1 },
          ...timeouts,
        },
      },
      {
        test: {
          name: 'alone',
          include: alone,
          pool: 'forks',
          // They wait for deadlines and sweeps more than half of their time. They come first, without the others.
          maxWorkers: 3,
          sequence: { groupOrder: 0 },
          ...timeouts,
        },
      },
    ],
  },
});
