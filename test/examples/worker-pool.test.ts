import { expect, test } from 'vitest';
import { runExample } from './support/run-example.ts';

test('work that does not start in time is notified an hour before its deadline', async () => {
  const { code, stdout, stderr, left, warden } = await runExample('worker-pool');
  expect(code, stdout + stderr).toBe(0);
  expect(warden).toMatch(/ALERT {2}Workflow invoices: \d+ items overdue\./);
  expect(warden).toMatch(/\d+ never started: safe to send again\./);
  expect(stdout).toMatch(/\d+ invoices were done by then, \d+ are still in the queue\./);
  expect(stdout).toMatch(/All 40 invoices are done, .* started too late: 0 waiting, 0 overdue\./);
  expect(left).toEqual([]);
}, 150_000);
