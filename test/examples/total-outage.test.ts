import { expect, test } from 'vitest';
import { sized } from '../support/sized.ts';
import { runExample } from './support/run-example.ts';

/** More than the 200 of a page that the example reads. */
const orders = sized(210, 300);

test('orders that only the warden still knows are notified at most twice, and all return unchanged', async () => {
  const { code, stdout, stderr, left, warden } = await runExample('total-outage', '--orders', `${orders}`);
  expect(code, stdout + stderr).toBe(0);
  expect(warden).toMatch(/ALERT {2}Workflow orders: \d+ items? overdue\./);
  expect(warden).not.toContain('Müller');
  expect(stdout).toContain(`${orders} orders are lost.`);
  expect(stdout).toMatch(
    new RegExp(`${orders} orders are overdue\\. People were notified: (once|2 times)\\.`),
  );
  expect(stdout).toContain(`A dry run of the redrive: ${orders} orders,`);
  expect(stdout).toContain(`Resumed: ${orders} orders; failed: 0.`);
  expect(stdout).toMatch(
    new RegExp(`All ${orders} orders are in the new database .* packed: 0 waiting, 0 overdue\\.`),
  );
  expect(left).toEqual([]);
}, 150_000);
