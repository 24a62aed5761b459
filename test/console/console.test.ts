import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { bundleConsole, gzippedBytes } from '../../build/bundle-console.ts';
import { itemPath } from '../../core/contract/query-form.ts';
import { cleanEnvironment, warden } from '../client/command-line/support/execute.ts';
import { type Laptop, type Local, test } from '../e2e/support/laptop.ts';
import { until } from '../e2e/support/until.ts';
import { chromiumPath } from '../support/browser.ts';
import { tried } from '../support/tried-faults.ts';
import { broken, brokenInAllLooks, openIn, seconds, startWindow } from './support/page.ts';

/*
 * The pages in a real browser, against a real service. They wait in real time for timers and the sweep, as people do.
 * Without Chromium (apt-get install chromium) only the size is tested, and the run says so at its beginning.
 */

const withBrowser = describe.runIf(chromiumPath !== undefined);
let window: BrowserContext | undefined;
beforeAll(async () => {
  if (chromiumPath !== undefined) window = await startWindow();
});
afterAll(() => window?.browser()?.close());

/** Often enough to end an incident soon after it may, and not so often that sweeps take most of the time of a processor. */
const sweeps = ['--sweep-interval', '3'];

/** As long as an id can be. */
const hostile = `<img src=x onerror="alert(1)">'"&/?#%41 `.padEnd(256, 'x');
/** JSON text of as much data as an item can have. A parser would round the number and undo the escapes. */
const largeData = `{"total": 12345678901234567890, "note": ${JSON.stringify(`${hostile}</pre><script>`)}, "bell": "\\u0007\\u001b[31m", "fill": "${'y'.repeat(199_000)}", "end": "the end"}`;

/** 30 orders: 20 lost after `charged`, most of them in one region, and 3 failed. */
async function loseOrders({ caller }: Local): Promise<void> {
  await caller.request('PUT', '/v1/workflows/orders', {
    timeout: '15m',
    description: `Orders of the shop: <script>alert(1)</script>`,
    owner: '<b>shop team</b>',
    runbook: 'https://wiki.example.com/orders',
    tags: { team: 'shop' },
    expect: { atLeast: 1, every: 'P1D' },
  });
  for (let index = 0; index < 30; index++) {
    const timeout = index < 20 ? 2 : 900;
    const tags = { region: index % 5 === 0 ? 'us' : 'eu', markup: '<i>x</i>' };
    const data = index === 1 ? largeData : '{"total": 12345678901234567890}';
    await caller.send(
      'PUT',
      itemPath('orders', `order-${index}`),
      `{"timeout": ${timeout}, "tags": ${JSON.stringify(tags)}, "data": ${data}}`,
    );
    await caller.progress('orders', `order-${index}`, { step: 'charged' });
  }
  for (const index of [20, 21, 22]) {
    const failed = { reason: `the card was refused ${hostile}`, type: 'card' };
    await caller.progress('orders', `order-${index}`, { failed });
  }
  await caller.complete('orders', 'order-23');
  await caller.register('orders', hostile, { timeout: 900, step: 'charged' });
}

/** An upstream that completes each resumed item. */
async function startShop(laptop: Laptop, complete: (item: string) => Promise<unknown>): Promise<string> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    response.writeHead(204).end();
    await complete(JSON.parse(Buffer.concat(chunks).toString()).item);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  laptop.atEnd(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('the console is at most 40 KB gzipped', async () => {
  expect(gzippedBytes(await bundleConsole())).toBeLessThanOrEqual(40 * 1024);
});

// At the same time, because they mostly wait: an incident ends 40 seconds after the last report.
withBrowser('the console', { concurrent: true }, () => {
  test('leads from the notification to the end of a storm: groups, dry run, redrive, resolved', async ({
    laptop,
  }) => {
    const hook = await laptop.webhook();
    let local: Local | undefined;
    const shop = await startShop(laptop, async (item) => local?.caller.complete('orders', item));
    const args = ['--webhook', hook.url, '--redrive-webhook', shop, ...sweeps];
    local = await laptop.start({ data: laptop.folder(), args });
    await loseOrders(local);
    const notification = await until('notification', 20 * seconds, () => hook.taken[0]?.notification);
    const { page, complaints } = await openIn(window, notification.url ?? '');
    await page.getByText('20 overdue, 3 failed').first().waitFor();
    await page.getByLabel('Your note').fill('sam is on it');
    await page.getByRole('button', { name: 'Acknowledge' }).click();
    await page.getByText('sam is on it').first().waitFor();

    await page.getByRole('link', { name: 'region:eu' }).click();
    await page.getByText('18 items', { exact: true }).waitFor();
    expect(page.url()).toContain('tag=region%3Aeu');
    await page.getByLabel('Items a second').fill('100');
    await page.getByRole('button', { name: 'Resume all that match…' }).click();
    await page.getByText('18 items match').waitFor();
    expect(await broken(page)).toEqual([]);
    await page.getByRole('button', { name: 'Resume 18 items' }).click();
    await page.getByText('18 of 18').waitFor();
    expect(await broken(page)).toEqual([]);

    // The rest: discarded, after a count and a question.
    await page.goto(`${local.url}/#/workflows/orders/items?state=overdue&state=failed`);
    await page.getByText('5 items', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Discard all that match…' }).click();
    await page.getByText('5 items match').waitFor();
    await page.getByRole('button', { name: 'Discard 5 items' }).click();
    await page.getByText('5 of 5').waitFor();
    await page.goto(notification.url ?? '');
    await page.locator('.state.resolved').waitFor({ timeout: 90 * seconds });
    expect(complaints).toEqual([]);
    await page.close();
  }, 180_000);

  test('shows what is hostile as text, large numbers to the letter, and breaks no rule of axe-core, on every page', async ({
    laptop,
  }) => {
    const local = await laptop.start({ data: laptop.folder(), args: sweeps });
    await loseOrders(local);
    const { caller } = local;
    await caller.request('POST', '/v1/tokens', {
      name: hostile.slice(0, 128),
      scopes: ['read'],
      workflows: ['*'],
    });
    const silence = { until: new Date(Date.now() + 3_600_000).toISOString(), reason: `moving ${hostile}` };
    await caller.request('PUT', '/v1/workflows/orders/silence', silence);
    const { json } = await until('incident', 20 * seconds, async () => {
      const reply = await caller.request('GET', '/v1/incidents?state=open');
      return reply.json.incidents.length > 0 && reply;
    });
    const [{ id }] = json.incidents;
    await caller.request('PATCH', `/v1/incidents/${id}`, { acknowledged: true, note: `on it ${hostile}` });
    const pages = {
      '#/workflows': 'shop: <script>',
      '#/workflows/orders': '<b>shop team</b>',
      '#/workflows/orders/items?state=failed': 'the card was refused <img src=x',
      [`#/workflows/orders/item/${encodeURIComponent(hostile)}`]: hostile,
      '#/workflows/orders/item/order-2': '12345678901234567890',
      '#/workflows/orders/items?step=nowhere': 'warden reconcile orders ids.txt',
      '#/workflows/orders/redrives': 'Nothing was resumed',
      '#/incidents': 'orders: overdue',
      [`#/incidents/${id}`]: 'on it <img',
      '#/expectations': 'Registered in that time',
      '#/health': 'canary',
      '#/audit': 'settings saved',
      '#/audit?workflow=nobody': 'warden silence nobody 1h maintenance',
      '#/tokens': '<img src=x',
    };
    const inAllLooks = new Set(tried(Object.keys(pages)));
    const { page, complaints } = await openIn(window, `${local.url}/`);
    for (const [hash, text] of Object.entries(pages)) {
      await page.goto(`${local.url}/${hash}`);
      await page.getByText(text).first().waitFor({ state: 'attached' });
      expect(await page.locator('main img, main script, main i, main b').count()).toBe(0);
      expect(await brokenInAllLooks(page, inAllLooks.has(hash)), hash).toEqual([]);
    }
    await page.goto(`${local.url}/#/workflows/orders/item/order-1`);
    await page.getByText('the end').first().waitFor({ state: 'attached' });
    expect(await page.locator('pre.data').textContent()).toBe(largeData);

    const health = (await caller.request('GET', '/v1/health')).json;
    await page.route('**/v1/health', (route) => route.fulfill({ json: withCanaries(health) }));
    await page.goto(`${local.url}/#/health`);
    await page.getByRole('img', { name: 'The delays of 3 canaries, at most 41.0 s' }).waitFor();
    expect(await brokenInAllLooks(page)).toEqual([]);

    await page.goto(`${local.url}/#/incidents/${id}`);
    await page.getByRole('link', { name: 'https://wiki.example.com/orders' }).waitFor();

    const problem = { code: 'unavailable', detail: 'DynamoDB cannot be reached' };
    await page.route('**/statistics*', (route) => route.fulfill({ status: 503, json: problem }));
    await page.goto(`${local.url}/#/expectations`);
    await page.getByText('unknown: DynamoDB cannot be reached').waitFor();
    await page.goto(`${local.url}/#/workflows/orders`);
    await page.getByText('Statistics: DynamoDB cannot be reached').waitFor();
    expect(complaints.splice(0).every((complaint) => complaint.includes('503'))).toBe(true);

    // The service refuses such a runbook; an older one may have stored it.
    const { json: stored } = await caller.request('GET', '/v1/workflows/orders');
    const old = { ...stored, runbook: 'javascript:alert(1)' };
    await page.route('**/v1/workflows/orders', (route) => route.fulfill({ json: old }));
    await page.goto(`${local.url}/#/workflows/orders`);
    await page.getByText('javascript:alert(1)').waitFor();
    expect(await page.locator('a[href^="javascript"]').count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();

    await movesByKeys(local);
  }, 120_000);

  test('asks for a token, keeps it out of the URL, and offers only what the token may do', async ({
    laptop,
  }) => {
    const local = await laptop.start({ data: laptop.folder(), args: ['--auth'] });
    const admin = await until(
      'first token',
      5 * seconds,
      () => /pw_\w+_[\w-]{43}/.exec(local.process.stdout)?.[0],
    );
    local.caller.token = admin;
    for (const id of ['order-1', 'order-2']) await local.caller.register('orders', id, { timeout: 900 });
    await local.caller.progress('orders', 'order-1', { failed: { reason: 'the card was refused' } });
    const { json } = await local.caller.request('POST', '/v1/tokens', {
      name: 'reader',
      scopes: ['read'],
      workflows: ['*'],
    });
    const { page } = await openIn(window, `${local.url}/`);
    await page.getByLabel('Token').waitFor();
    expect(await brokenInAllLooks(page)).toEqual([]);
    for (const key of ['/', '/']) await page.keyboard.press(key);
    await page.getByLabel('Token').fill('pw_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('The service refused the last token.').waitFor();
    await page.getByLabel('Token').fill(json.token);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('this token reads only').waitFor();
    // What was pressed before is over.
    await page.goto(`${local.url}/#/workflows/orders`);
    await page.getByText('Next check').waitFor();
    await page.evaluate(twoFrames);
    expect(await page.locator('[data-search]:focus').count()).toBe(0);
    await offersNothing(page, local);
    expect(page.url()).not.toContain('pw_');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByLabel('Token').waitFor();
    await page.close();

    // Behind `warden console` the page has no token, and asks for none.
    const environment = cleanEnvironment({ WARDEN_TOKEN: json.token, WARDEN_URL: local.url });
    const command = warden(['console', '--json'], environment);
    laptop.atEnd(() => command.child.kill());
    await command.printed('/console');
    const door = await openIn(window, JSON.parse(command.printedSoFar()).url);
    await door.page.getByRole('link', { name: 'orders' }).click();
    await door.page.getByText('Next check').waitFor();
    expect(await door.page.evaluate('JSON.stringify(sessionStorage)')).toBe('{}');
    // What the token allows is read from a refusal.
    expect(door.complaints).toEqual([expect.stringContaining('403')]);

    // Where no refusal says what the caller may do, everything is offered, and the service refuses.
    await door.page.route('**/v1/tokens?*', (route) =>
      route.fulfill({ status: 403, json: { message: 'Forbidden' } }),
    );
    await door.page.reload();
    await door.page.getByText('Silence this workflow').click();
    await door.page.getByLabel('Reason').fill('maintenance');
    await door.page.getByRole('button', { name: 'For an hour' }).click();
    await door.page.getByText('Your token lacks the scope or the workflow for this.').waitFor();
    await door.page.close();
  }, 60_000);
});

/** Health with the canaries of a quarter of an hour, which no test waits for. */
function withCanaries(health: { checks: { name: string }[] }): object {
  const recent = [300, 41_000, 9_000].map((delayMs, index) => ({
    at: new Date(Date.now() - (3 - index) * 300_000).toISOString(),
    delayMs,
  }));
  return {
    ...health,
    checks: health.checks.map((one) => (one.name === 'canary' ? { ...one, recent } : one)),
  };
}

/** A token that only reads sees every page, and nothing that changes anything. */
async function offersNothing(page: Page, { caller, url }: Local): Promise<void> {
  const incident = await until('incident', 20 * seconds, async () => {
    const { json } = await caller.request('GET', '/v1/incidents?state=open');
    return json.incidents[0]?.id;
  });
  const pages = {
    [`#/incidents/${incident}`]: 'Of the 1 lost item',
    '#/workflows/orders': 'Next check',
    '#/workflows/orders/items': '2 items',
    '#/workflows/orders/item/order-1': 'failed: the card was refused',
    '#/workflows/orders/item/order-2': 'The item has no data',
    '#/tokens': 'this needs the scope admin',
  };
  for (const [hash, text] of Object.entries(pages)) {
    await page.goto(`${url}/${hash}`);
    await page.getByText(text).first().waitFor();
    const buttons = await page.getByRole('button').allTextContents();
    expect(buttons.sort(), hash).toEqual(
      ['Open', 'Pause refreshing', 'Sign out', 'To the content'].filter(
        (name) => name !== 'Open' || /orders|incidents/.test(hash),
      ),
    );
    expect(await page.getByText(/Silence this workflow|Create a token/).count(), hash).toBe(0);
  }
  expect(await page.getByRole('link', { name: 'Tokens' }).count()).toBe(0);
}

const twoFrames = 'new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))';

/** `j`, `k` and `/`, and that a pause ends all reading. */
async function movesByKeys({ url, caller }: Local): Promise<void> {
  for (const workflow of ['a', 'b']) await caller.register(workflow, 'item', { timeout: 900 });
  const { page } = await openIn(window, `${url}/#/workflows`);
  await page.getByRole('link', { name: 'b', exact: true }).waitFor();
  for (const key of ['j', 'j', 'j']) await page.keyboard.press(key);
  expect(await page.evaluate('document.activeElement.textContent')).toBe('b');
  await page.keyboard.press('k');
  expect(await page.evaluate('document.activeElement.textContent')).toBe('a');
  await page.keyboard.press('/');
  await page.keyboard.type('b');
  await page.getByText('1 workflow', { exact: true }).waitFor();
  await page.getByRole('link', { name: 'b', exact: true }).click();
  await page.getByLabel('Open the item with this id').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('item');
  await page.keyboard.press('Enter');
  await page.getByText('The item has no data').waitFor();
  await page.goto(`${url}/#/workflows/b/redrives`);
  await page.getByText('Nothing was resumed').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('item');
  await page.keyboard.press('Enter');
  await page.getByText('The item has no data').waitFor();
  // A page that has its search when it is read keeps its reader.
  let answer: (() => void) | undefined;
  await page.route('**/v1/incidents/*', async (route) => {
    await new Promise<void>((resolve) => {
      answer = resolve;
    });
    await route.continue();
  });
  await page.goto(`${url}/#/incidents/inc_none`);
  await until('the reading', 5 * seconds, () => answer);
  await page.keyboard.press('/');
  await page.evaluate(twoFrames);
  expect(page.url()).toContain('#/incidents/inc_none');
  answer?.();
  await page.unrouteAll({ behavior: 'wait' });
  // A page without a search leads to that of workflows.
  await page.goto(`${url}/#/health`);
  await page.getByText('canary').first().waitFor();
  await page.keyboard.press('/');
  await page.locator('[data-search]:focus').waitFor();
  await page.keyboard.type('b');
  await page.getByText('1 workflow', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Pause refreshing' }).click();
  await page.waitForLoadState('networkidle');
  let requests = 0;
  page.on('request', () => requests++);
  // Longer than from one reading to the next.
  await page.waitForTimeout(6 * seconds);
  expect(requests).toBe(0);
  await page.close();
}
