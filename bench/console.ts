/**
 * What does the open console cost a laptop's service that has 300 workflows with 100,000 items? Starts the local service as a
 * child, registers the items by batch, and opens the page in Chromium. Prints the time to the first page, the service's
 * processor time for a poll, which is every five seconds, and how long after their deadlines people are notified of items,
 * with and without an open page, in turn. Exits with 1 if the first page took more than 500 ms, a poll more than 100 ms, or if
 * people were notified more than 250 ms later.
 * Run: npm run bench:console                          some minutes; needs Linux and Chromium
 *      npm run bench:console -- --items 10000 --workflows 100
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Page } from 'playwright-core';
import { Laptop, type Local } from '../test/e2e/support/laptop-without-vitest.ts';
import { until } from '../test/e2e/support/until.ts';
import type { WebhookReceiver } from '../test/e2e/support/webhook-receiver.ts';
import { startBrowser } from '../test/support/browser.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { items: text, workflows: text } });
const workflows = Number(values.workflows ?? 300);
const each = Math.ceil(Number(values.items ?? 100_000) / workflows);
const mostFirstPageMs = 500;
const mostPollMs = 100;
const mostLaterMs = 250;
const watchMs = 60_000;
/** Of each kind. People receive at most 20 notifications a minute, so a round waits for the next minute. */
const alertRounds = 4;
const alertsOfRound = 5;
const roundMs = 20_000;

const print = (line: string) => process.stdout.write(`${line}\n`);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const median = (all: readonly number[]) =>
  all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? Number.NaN;

/** Processor time of a process, in ms: its 14th and 15th field are in hundredths of a second. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
  return (Number(fields[13]) + Number(fields[14])) * 10;
}

async function registerAll({ caller }: Local): Promise<void> {
  for (let index = 0; index < workflows; index++) {
    const workflow = `workflow-${String(index).padStart(3, '0')}`;
    for (let first = 0; first < each; first += 100) {
      const operations = Array.from({ length: Math.min(100, each - first) }, (_, item) => ({
        op: 'register',
        item: `item-${first + item}`,
        timeout: 86_400,
        step: 'received',
        tags: { region: 'eu' },
      }));
      const { status } = await caller.request('POST', `/v1/workflows/${workflow}/batch`, { operations });
      if (status !== 200) throw new Error(`a batch returned ${status}`);
    }
  }
}

/** From the navigation to the first row, each time with an empty cache. */
async function firstPageMs(url: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const started = performance.now();
  await page.goto(`${url}/#/workflows`);
  await page.locator('a.row').first().waitFor();
  const took = performance.now() - started;
  await context.close();
  return took;
}

/** The service's processor time while a minute passes. */
async function watched(local: Local): Promise<number> {
  const before = cpuMs(local.process.pid);
  await pause(watchMs);
  return cpuMs(local.process.pid) - before;
}

/** The longest time of a request of the page in a minute, and how many polls there were. */
async function polls(page: Page, work: () => Promise<number>) {
  const times: number[] = [];
  let count = 0;
  page.on('requestfinished', (request) => {
    times.push(request.timing().responseEnd);
    if (request.url().includes('/v1/incidents')) count++;
  });
  const cpu = await work();
  return { cpu, count, medianMs: median(times), slowestMs: Math.max(...times) };
}

/** How long after the deadlines of some items people are notified of them, each in a workflow of its own. */
async function alertDelays(local: Local, hook: WebhookReceiver, round: string): Promise<number[]> {
  const names = Array.from({ length: alertsOfRound }, (_, index) => `alert-${round}-${index}`);
  const deadline = Date.now() + 4_000;
  for (const name of names) {
    await local.caller.register(name, 'lost', { deadline: new Date(deadline).toISOString() });
  }
  const told = (name: string) => hook.taken.find(({ notification }) => notification.workflow === name);
  const delays = [];
  for (const name of names) {
    const { at } = await until(`notification of ${name}`, 60_000, () => told(name));
    delays.push(at - deadline);
  }
  return delays;
}

const laptop = new Laptop();
const browser = await startBrowser();
const faults: string[] = [];
try {
  const hook = await laptop.webhook();
  const local = await laptop.start({ data: laptop.folder(), args: ['--webhook', hook.url] });
  await registerAll(local);
  print(`${workflows} workflows with ${workflows * each} items`);

  // The first one bundles the page, which the package has bundled.
  await firstPageMs(local.url);
  const firsts = [];
  for (let round = 0; round < 5; round++) firsts.push(await firstPageMs(local.url));
  print(`first page: ${median(firsts).toFixed(0)} ms, median of ${firsts.length}`);
  if (median(firsts) > mostFirstPageMs) faults.push(`the first page took more than ${mostFirstPageMs} ms`);

  const idle = await watched(local);
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.goto(`${local.url}/#/workflows`);
  // The rows that can be seen are all counted once.
  await pause(15_000);
  const { cpu, count, medianMs, slowestMs } = await polls(page, () => watched(local));
  const pollMs = (cpu - idle) / count;
  print(`a poll: ${pollMs.toFixed(0)} ms of the service's processor, of ${count} polls in a minute`);
  print(`  its requests took ${medianMs.toFixed(0)} ms, the slowest ${slowestMs.toFixed(0)} ms`);
  print(`  without a page the service used ${idle} ms in a minute, with it ${cpu} ms`);
  if (pollMs > mostPollMs) faults.push(`a poll took more than ${mostPollMs} ms`);

  const delays = { without: [] as number[], with: [] as number[] };
  for (let round = 0; round < alertRounds; round++) {
    for (const kind of ['without', 'with'] as const) {
      await page.goto(kind === 'with' ? `${local.url}/#/workflows` : 'about:blank');
      const next = pause(roundMs);
      delays[kind].push(...(await alertDelays(local, hook, `${kind}-${round}`)));
      await next;
    }
  }
  for (const kind of ['without', 'with'] as const) {
    const of = delays[kind];
    print(
      `people notified ${kind} a page: ${median(of)} ms after the deadline, at most ${Math.max(...of)} ms, of ${of.length}`,
    );
  }
  if (median(delays.with) > median(delays.without) + mostLaterMs) faults.push('people are notified later');
} finally {
  await browser.close();
  await laptop.end();
}
for (const fault of faults) print(`FAULT: ${fault}`);
if (faults.length > 0) process.exitCode = 1;
