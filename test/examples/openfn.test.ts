import { expect, test } from 'vitest';
import { runExample } from './support/run-example.ts';

test('a run that OpenFn loses is overdue, its webhook is posted again, and the old work order is reported', async () => {
  const { code, stdout, stderr, left, warden } = await runExample('openfn');
  expect(code, stdout + stderr).toBe(0);
  expect(warden).toContain('ALERT  Workflow orders: 1 item overdue.');
  expect(warden).toMatch(/^ +order-3 {2}overdue for /m);
  expect(stdout).toContain('All 5 webhooks are done: 0 waiting, 0 overdue, 0 failed.');
  expect(stdout).toContain('The watcher reports it as failed: 1 failed.');
  expect(left).toEqual([]);
}, 150_000);
