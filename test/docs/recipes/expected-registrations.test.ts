import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { startWarden } from '../../support/start-warden.ts';
import { bearer, makeToken } from '../../support/tokens.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';
import { Recipe } from '../support/recipe.ts';

/* docs/recipes/expected-registrations.md. Sweeps less than two minutes apart are no outage. */

const minute = 60_000;
const sweepEvery = 1.9 * minute;
let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden({ auth: true });
});
afterAll(() => warden.close());

test('people are notified when too few items were registered, and not while enough are', async () => {
  const page = new Recipe('expected-registrations.md', warden.url);
  onTestFinished(() => page.close());
  const { token } = await makeToken(warden, { scopes: ['operate', 'ingest', 'read'] });
  const headers = bearer(token);
  const ended = await page.run('sh', ['expect.sh'], { WARDEN_TOKEN: token });
  expect(ended).toMatchObject({ code: 0, stderr: '' });
  const backup = await warden.request('GET', '/v1/workflows/backup', { headers });
  expect(backup.json).toMatchObject({ expect: { atLeast: 1, every: '1d' } });

  await warden.passSweeping(10 * minute, sweepEvery);
  const orders = Array.from({ length: 20 }, (_, n) => ({
    op: 'register',
    item: `order-${n}`,
    timeout: '3h',
  }));
  const body = { operations: orders };
  const { status } = await warden.request('POST', '/v1/workflows/orders/batch', { body, headers });
  expect(status).toBe(200);
  await warden.passSweeping(60 * minute, sweepEvery);
  expect(await warden.notifications('orders')).toEqual([]);

  await warden.passSweeping(15 * minute, sweepEvery);
  expect(await warden.notifications('orders')).toMatchObject([
    { event: 'opened', kind: 'shortfall', subject: '[orders] fewer registrations than expected' },
  ]);
  expect(await warden.notifications('backup')).toEqual([]);
});
