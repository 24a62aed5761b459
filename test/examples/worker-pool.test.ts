import { expect, test } from 'vitest';
import { runExample } from './support/run-example.ts';

test('work that does not start in time is notified an hour before its deadline', async () => {
  const { code, stdout, stderr, left, warden } = await runExample('worker-pool');
  expect(code, stdout + stderr).toBe(0);
  expect(warden).toMatch(/ALERT {2}Workflow invoices: \d+ items? not started in time\./);
  // users 2d and 4: no advice that would do the work twice.
  expect(warden).toContain('Look at the queue first');
  expect(warden).not.toMatch(/safe to send|"states"|overdue for/);
  expect(stdout).toMatch(/\d+ invoices were done by then, \d+ are still in the queue\./);
  expect(stdout).toMatch(
    /All 40 invoices are done, \d+ started in time and \d+ later: 0 waiting, 0 overdue\./,
  );
  expect(left).toEqual([]);
}, 150_000);
