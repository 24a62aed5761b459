/**
 * Takes the screenshots of docs/console.md: starts the local service, loses some orders, and opens the pages in Chromium.
 * Run: npm run console:screenshots
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Laptop } from '../e2e/support/laptop-without-vitest.ts';
import { until } from '../e2e/support/until.ts';
import { startBrowser } from '../support/browser.ts';
import { seededRandom } from '../support/seeded-random.ts';

const folder = join(import.meta.dirname, '../../docs/images');
const random = seededRandom(7);
const laptop = new Laptop('sources');
const browser = await startBrowser();
try {
  const { caller, url } = await laptop.start({
    data: laptop.folder(),
    args: ['--sweep-interval', '1'],
    startsWithin: 60_000,
  });
  const settings = {
    orders: {
      timeout: '15m',
      description: 'Orders of the shop: charge, pack, ship.',
      owner: 'shop team',
      runbook: 'https://wiki.example.com/orders',
    },
    invoices: { timeout: '1h', description: 'Invoices by mail.', expect: { atLeast: 100, every: 'P1D' } },
    scans: { timeout: '10m', description: 'Scans from the branches.' },
  };
  for (const [workflow, body] of Object.entries(settings)) {
    await caller.request('PUT', `/v1/workflows/${workflow}`, body);
  }
  const register = async (workflow: string, count: number, of: (index: number) => object) => {
    for (let first = 0; first < count; first += 50) {
      const items = Array.from({ length: Math.min(50, count - first) }, (_, index) => first + index);
      const operations = items.map((index) => ({
        op: 'register',
        item: `${workflow}-${1000 + index}`,
        ...of(index),
      }));
      await caller.request('POST', `/v1/workflows/${workflow}/batch`, { operations });
    }
  };
  await register('orders', 400, (index) => ({
    timeout: index < 90 ? 8 : 900,
    step: ['received', 'charged', 'charged', 'packed'][index % 4],
    tags: { region: index % 9 === 0 ? 'us' : 'eu', customer: ['acme', 'globex', 'initech'][index % 3] },
    data: { order: 12345678901234 + index, total: '19.90' },
  }));
  await register('invoices', 60, () => ({ timeout: 3600, step: 'rendered' }));
  await register('scans', 120, () => ({ timeout: 600 }));
  // Completed after times as real work takes them, in a few seconds.
  const done = Array.from({ length: 220 }, (_, index) => `orders-${1110 + index}`).sort(() => random() - 0.5);
  for (const item of done) await caller.complete('orders', item);
  for (let index = 0; index < 12; index++) {
    await caller.progress('orders', `orders-${1100 + (index % 10)}`, {
      failed: { reason: index % 3 === 0 ? 'No space left on device' : 'The card was refused', type: 'card' },
    });
  }
  const incident = await until('incident', 60_000, async () => {
    const { json } = await caller.request('GET', '/v1/incidents?state=open');
    return json.incidents.find(({ counts }: { counts?: { overdue: number } }) => counts?.overdue === 90)?.id;
  });
  // Statistics are written every few seconds.
  await until('statistics', 60_000, async () => {
    const { json } = await caller.request('GET', '/v1/workflows/orders/statistics');
    return json.total.overdue === 90;
  });
  mkdirSync(folder, { recursive: true });
  const shots = [
    ['workflows', '#/workflows', '0 of 120', 1200],
    ['workflow', '#/workflows/orders', 'would have been late', 1200],
    ['items', '#/workflows/orders/items?state=overdue&state=failed', 'region:us', 1200],
    ['incident', `#/incidents/${incident}`, 'region:us', 1200],
    ['incident-phone', `#/incidents/${incident}`, 'region:us', 360],
    ['item', '#/workflows/orders/item/orders-1100', 'Timeline', 1200],
    ['health', '#/health', 'canary', 1200],
  ] as const;
  for (const [name, hash, text, width] of shots) {
    const colorScheme = name === 'items' ? 'dark' : 'light';
    const page = await browser.newPage({ viewport: { width, height: 760 }, colorScheme });
    await page.goto(`${url}/${hash}`);
    await page.getByText(text).first().waitFor();
    // Counts and groups follow a moment after the page.
    await page.waitForLoadState('networkidle');
    await page.screenshot({ path: join(folder, `console-${name}.png`) });
    await page.close();
    process.stdout.write(`docs/images/console-${name}.png\n`);
  }
} finally {
  await browser.close();
  await laptop.end();
}
