import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { type Local, test } from '../e2e/support/laptop.ts';
import { until } from '../e2e/support/until.ts';
import { Upstream } from '../e2e/support/upstream.ts';
import { chromiumPath } from '../support/browser.ts';
import { brokenInAllLooks, openIn, seconds, startWindow } from './support/page.ts';

/* What no other test clicks, in a real browser against a real service. */

let window: BrowserContext | undefined;
beforeAll(async () => {
  if (chromiumPath !== undefined) window = await startWindow();
});
afterAll(() => window?.browser()?.close());

/** 62 orders, 12 of them failed and not on the first page of the list; and a stuck import. */
async function registerWork({ caller }: Local): Promise<void> {
  const batch = (operations: object[]) =>
    caller.request('POST', '/v1/workflows/orders/batch', { operations });
  const ids = Array.from({ length: 62 }, (_, index) => `order-${100 + index}`);
  await batch(ids.map((item) => ({ op: 'register', item, timeout: 900 })));
  // In the order of the table, which nothing changes.
  const { json } = await caller.request('GET', '/v1/workflows/orders/items?limit=50');
  const first = new Set(json.items.map(({ item }: { item: string }) => item));
  const others = ids.filter((item) => !first.has(item));
  await batch(others.map((item) => ({ op: 'progress', item, failed: { reason: 'No space left' } })));
  await caller.register('imports', 'import-1', { timeout: 900, stuckAfter: 1 });
  await caller.progress('imports', 'import-1', { progress: 'page-17' });
}

describe.runIf(chromiumPath !== undefined)('the console', () => {
  test('does everything that it offers', async ({ laptop }) => {
    const upstream = await Upstream.start(laptop);
    const args = ['--redrive-webhook', upstream.url, '--sweep-interval', '3'];
    const local = await laptop.start({ data: laptop.folder(), args });
    await registerWork(local);
    const { page, complaints } = await openIn(window, `${local.url}/#/workflows/orders/items`);
    await bulkIsOfAllPages(page);
    const { json } = await local.caller.request('GET', '/v1/workflows/orders/items?limit=1');
    await itemIsChanged(page, local, json.items[0].item);
    await redriveIsChanged(page);
    await tokenIsCreatedAndRevoked(page, local);
    await silenceBeginsAndEnds(page, local);
    await stuckIncidentLinksToItsItems(page, local);
    await expectationsAreReadInTurn(page, local);
    expect(complaints).toEqual([]);
    await page.close();
  }, 60_000);
});

/** Everything that matches is resumed, also if this page shows nothing that is lost. */
async function bulkIsOfAllPages(page: Page): Promise<void> {
  await page.getByText('50 items on this page').waitFor();
  expect(await page.locator('td .state.failed').count()).toBe(0);
  await page.getByRole('button', { name: 'Resume all that match…' }).click();
  await page.getByText('12 items match').waitFor();
  await page.getByRole('button', { name: 'No', exact: true }).click();
  // A link that asks for something unknown must not resume more than it asked for.
  await page.goto(page.url().replace(/\/items.*/, '/items?state=failed&since=yesterday'));
  await page.getByText('does not know since=yesterday').waitFor();
  await page.getByText('12 items', { exact: true }).waitFor();
  expect(await page.getByRole('button', { name: 'Resume all that match…' }).count()).toBe(0);
}

/** Found by its id, extended, reported as failed, resumed, completed. */
async function itemIsChanged(page: Page, { caller }: Local, id: string): Promise<void> {
  const item = async () => (await caller.read('orders', id)).json;
  await page.keyboard.press('/');
  await page.keyboard.type(id);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: id }).waitFor();
  await page.getByLabel('New timeout, from now').fill('2h');
  await page.getByRole('button', { name: 'Extend' }).click();
  await page.getByText('in 2h').or(page.getByText('in 1h 59m')).first().waitFor();
  expect(Date.parse((await item()).deadline)).toBeGreaterThan(Date.now() + 3_600_000);
  await page.getByLabel('Reason').fill('the parcel is lost');
  await page.getByRole('button', { name: 'Report as failed' }).click();
  await page.getByText('failed: the parcel is lost').waitFor();
  const fact = (name: RegExp) => page.locator('.facts div', { has: page.locator('dt', { hasText: name }) });
  expect(await fact(/^Failed$/).textContent()).toMatch(/just now|ago/);
  expect(await fact(/^Deadline of attempt 1$/).count()).toBe(1);
  expect(await fact(/^Deadline/).textContent()).not.toMatch(/in \d+[hm]/);
  await page.getByRole('button', { name: 'Resume this item' }).click();
  await until('second attempt', 10 * seconds, async () => (await item()).attempt === 2);
  await page.reload();
  await page.getByText('attempt 2 resumed by a redrive').waitFor();
  await page.getByRole('button', { name: 'Complete it…' }).click();
  await page.getByRole('button', { name: 'Yes, complete it' }).click();
  await page.locator('.state.completed').waitFor();
  expect((await item()).state).toBe('completed');
}

/** Paused, continued and aborted; and its page breaks no rule. */
async function redriveIsChanged(page: Page): Promise<void> {
  await page.goto(page.url().replace(/\/item\/.*/, '/items?state=failed'));
  await page.getByLabel('Items a second').fill('1');
  await page.getByRole('button', { name: 'Resume all that match…' }).click();
  await page.getByRole('button', { name: 'Resume 12 items' }).click();
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await page.locator('.state.paused').waitFor();
  expect(await brokenInAllLooks(page)).toEqual([]);
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await page.locator('.state.running').waitFor();
  await page.getByRole('button', { name: 'Abort it…' }).click();
  await page.getByRole('button', { name: 'Yes, abort it' }).click();
  await page.locator('.state.aborted').waitFor();
}

async function tokenIsCreatedAndRevoked(page: Page, { caller, url }: Local): Promise<void> {
  await page.goto(`${url}/#/tokens`);
  await page.getByText('Create a token').click();
  await page.getByLabel('What it is for').fill('shop');
  await page.getByLabel('Workflows, or prefixes with a star').fill('orders');
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  expect(await page.getByText('Copy it now').locator('code').textContent()).toMatch(/^pw_\w{12}_[\w-]{43}$/);
  await page.getByRole('button', { name: 'Revoke it…' }).click();
  await page.getByRole('button', { name: 'Yes, revoke it' }).click();
  await page.locator('.state.revoked').waitFor();
  const { json } = await caller.request('GET', '/v1/tokens');
  expect(json.tokens).toMatchObject([{ name: 'shop', scopes: ['ingest'], state: 'revoked' }]);
}

async function silenceBeginsAndEnds(page: Page, { caller, url }: Local): Promise<void> {
  const silence = async () => (await caller.request('GET', '/v1/workflows/orders')).json.silence;
  await page.goto(`${url}/#/workflows/orders`);
  await page.getByText('Silence this workflow').click();
  await page.getByLabel('Reason').fill('moving house');
  await page.getByRole('button', { name: 'For 4 hours' }).click();
  await page.getByText('Silenced until').waitFor();
  expect(await silence()).toMatchObject({ reason: 'moving house' });
  await page.getByRole('button', { name: 'End the silence' }).click();
  await page.getByText('Silence this workflow').waitFor();
  expect(await silence()).toBeUndefined();
}

async function stuckIncidentLinksToItsItems(page: Page, { caller, url }: Local): Promise<void> {
  const incident = await until('incident', 20 * seconds, async () => {
    const { json } = await caller.request('GET', '/v1/incidents?workflow=imports');
    return json.incidents.find(({ kind }: { kind: string }) => kind === 'stuck')?.id;
  });
  await page.goto(`${url}/#/incidents/${incident}`);
  await page.getByText('1 stuck').first().waitFor();
  await page.getByText('there is nothing to resume').waitFor();
  await page.getByRole('link', { name: 'all stuck items' }).click();
  await page.locator('td .state.stuck').waitFor();
  expect(page.url()).toMatch(/\/workflows\/imports\/items\?state=waiting&stuck=true$/);
  expect(await page.getByLabel('stuck', { exact: true }).isChecked()).toBe(true);
  expect(await page.getByRole('button', { name: /Resume|Discard/ }).count()).toBe(0);
}

/** However many workflows expect registrations; and the page says of which it does not know. */
async function expectationsAreReadInTurn(page: Page, { url }: Local): Promise<void> {
  let atOnce = 0;
  let [most, all] = [0, 0];
  let expected: object | undefined = { atLeast: 1, every: 'PT1H' };
  await page.route('**/v1/workflows?*', (route) => {
    const first = Number(new URL(route.request().url()).searchParams.get('cursor') ?? 0);
    const workflows = Array.from({ length: 6 }, (_, index) => ({
      workflow: `w${first + index}`,
      expect: expected,
    }));
    return route.fulfill({ json: { workflows, cursor: `${first + 6}` } });
  });
  await page.route('**/v1/incidents?*', (route) =>
    route.fulfill({ json: { incidents: [], cursor: 'more' } }),
  );
  await page.route('**/statistics?*', async (route) => {
    all++;
    most = Math.max(most, ++atOnce);
    // A call that is not held until the others of its time are there would always be alone.
    await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))');
    atOnce--;
    await route.fulfill({ json: { total: { started: 7, resumed: 0 } } });
  });
  await page.goto(`${url}/#/expectations`);
  await page.getByText('30 workflows').waitFor();
  expect([most, all]).toEqual([4, 30]);
  await page.getByText('Only the first thousand workflows were looked through.').waitFor();
  await page.getByText('Only the first 200 open incidents were looked through.').waitFor();
  expect(await page.locator('td .state.unknown').count()).toBe(30);

  expected = undefined;
  await page.reload();
  await page.getByText('looked through, and none of them expects registrations.').waitFor();
  expect(await page.getByText('No workflow expects registrations').count()).toBe(0);
}
