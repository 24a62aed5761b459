import { expect, test } from 'vitest';
import { runExample } from './support/run-example.ts';

test('orders that only the warden still knows are notified at most twice, and all return unchanged', async () => {
  const { code, stdout, stderr, left, warden } = await runExample('total-outage', '--orders', '300');
  expect(code, stdout + stderr).toBe(0);
  expect(warden).toMatch(/ALERT {2}Workflow orders: \d+ items? overdue\./);
  expect(warden).not.toContain('Müller');
  expect(stdout).toContain('300 orders are lost.');
  expect(stdout).toMatch(/300 orders are overdue\. People were notified: (once|2 times)\./);
  expect(stdout).toContain('A dry run of the redrive: 300 orders,');
  expect(stdout).toContain('Resumed: 300 orders; failed: 0.');
  expect(stdout).toMatch(/All 300 orders are in the new database .* packed: 0 waiting, 0 overdue\./);
  expect(left).toEqual([]);
}, 150_000);
