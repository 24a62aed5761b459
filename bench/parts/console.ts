import { setTimeout as pause } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { Laptop, type Local } from '../../test/e2e/support/laptop-without-vitest.ts';
import { until } from '../../test/e2e/support/until.ts';
import type { WebhookReceiver } from '../../test/e2e/support/webhook-receiver.ts';
import { chromiumPath, startBrowser } from '../../test/support/browser.ts';
import { broken, type Part } from '../harness/part.ts';
import type { MeasuredPart } from '../harness/result.ts';
import { median } from '../harness/rounds.ts';
import { processorMsOf } from '../harness/service-process.ts';
import { cellOf } from '../harness/targets.ts';

const mostFirstPageMs = 500;
const mostPollMs = 100;
const mostLaterMs = 250;
const sampleMs = 100;
const sizes = {
  quick: { workflows: 20, items: 2_000, watchMs: 15_000, rounds: 1 },
  usual: { workflows: 300, items: 100_000, watchMs: 60_000, rounds: 4 },
};
const columnOf = ({ workflows, items }: (typeof sizes)['usual']) =>
  `${items} items in ${workflows} workflows`;
const figureOf = (part: MeasuredPart, row: string) => cellOf(part, row, columnOf(sizes.usual));
const rows = {
  first: 'first page, median of 5, ms',
  poll: "the service's processor time for a poll, median, ms",
  without: 'people notified after the deadline without a page, median, ms',
  with: 'with an open page, median, ms',
};
/**
 * Of each kind. People are notified of four incidents in a second at once, and of 18 in a minute: more would wait for a sweep
 * and its digest (docs/adr/0026).
 */
const alertsOfRound = 4;
const roundMs = 20_000;

/**
 * The cost of an open console for a laptop's service with many workflows: the time to the first page, the service's
 * processor time for a poll, which is every five seconds, and how long after their deadlines people are notified of
 * items, with and without an open page, in turn.
 */
export const consolePart: Part = {
  seconds: { quick: 120, usual: 360, full: 360 },
  targets: [
    {
      name: 'first page of the console, 100,000 items in 300 workflows',
      is: 'at most',
      bound: mostFirstPageMs,
      unit: ' ms',
      figure: (part) => figureOf(part, rows.first),
    },
    {
      name: "the service's processor time for a poll of the console",
      is: 'at most',
      bound: mostPollMs,
      unit: ' ms',
      figure: (part) => figureOf(part, rows.poll),
    },
    {
      name: 'people notified later with an open page of the console',
      is: 'at most',
      bound: mostLaterMs,
      unit: ' ms',
      figure: (part) => figureOf(part, rows.with) - figureOf(part, rows.without),
    },
  ],
  missing: () => (chromiumPath === undefined ? 'there is no Chromium: apt-get install chromium' : undefined),
  async measure(size, say) {
    const chosen = sizes[size === 'quick' ? 'quick' : 'usual'];
    const { workflows, items, watchMs, rounds } = chosen;
    const laptop = new Laptop('sources');
    const browser = await startBrowser();
    try {
      const hook = await laptop.webhook();
      const local = await laptop.start({ data: laptop.folder(), args: ['--webhook', hook.url] });
      await registerAll(local, workflows, items);
      say(`registered ${items} items`);
      const { first, floor } = await measureFirstPage(browser, local);
      const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
      await page.goto(`${local.url}/#/workflows`);
      // All visible rows were counted once.
      await pause(20_000);
      const { polls, cpu, took } = await measurePolls(page, local.process.pid, watchMs);
      say(`${polls} polls`);
      const delays = await measureAlerts(page, { local, hook, rounds });
      return {
        columns: ['the console', columnOf(chosen)],
        rows: [
          [rows.first, Math.round(first)],
          ['a bare page in this browser, ms', Math.round(floor)],
          [rows.poll, cpu],
          ['its requests took, median, ms', Math.round(took)],
          ['polls', polls],
          [rows.without, median(delays.without)],
          ['at most, ms', Math.max(...delays.without)],
          [rows.with, median(delays.with)],
          ['at most with a page, ms', Math.max(...delays.with)],
        ],
        broken: broken(
          [first > mostFirstPageMs, `the first page took more than ${mostFirstPageMs} ms`],
          [cpu > mostPollMs, `a poll took more than ${mostPollMs} ms`],
          [median(delays.with) > median(delays.without) + mostLaterMs, 'people are notified later'],
        ),
      };
    } finally {
      await browser.close();
      await laptop.end();
    }
  },
};

/** Milliseconds to the first row, in turns with the milliseconds of a bare page. */
async function measureFirstPage(browser: Browser, { url }: Local) {
  const page = `${url}/#/workflows`;
  // The first one bundles the page, which the package has bundled.
  await firstRowMs(browser, page);
  const [firsts, floors] = [[] as number[], [] as number[]];
  for (let round = 0; round < 5; round++) {
    firsts.push(await firstRowMs(browser, page));
    floors.push(await firstRowMs(browser, bare));
  }
  return { first: median(firsts), floor: median(floors) };
}

async function measureAlerts(
  page: Page,
  { local, hook, rounds }: { local: Local; hook: WebhookReceiver; rounds: number },
) {
  const delays = { without: [] as number[], with: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    for (const kind of ['without', 'with'] as const) {
      await page.goto(kind === 'with' ? `${local.url}/#/workflows` : 'about:blank');
      const next = pause(roundMs);
      delays[kind].push(...(await alertDelays(local, hook, `${kind}-${round}`)));
      await next;
    }
  }
  return delays;
}

/** A time with requests, in ms since 1970. */
interface Burst {
  from: number;
  to: number;
}

async function registerAll({ caller }: Local, workflows: number, items: number): Promise<void> {
  const each = Math.ceil(items / workflows);
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

/** A page with one row, which shows the time of the browser itself. */
const bare = 'data:text/html,<a class="row" href="x">x</a>';

/** From the navigation to the first row, each time with an empty cache. */
async function firstRowMs(browser: Browser, url: string): Promise<number> {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  const started = performance.now();
  await page.goto(url);
  await page.locator('a.row').first().waitFor();
  const took = performance.now() - started;
  await context.close();
  return took;
}

/**
 * The polls of a page in a minute. The processor time of a poll is all that the service used while requests of the page
 * were under way, from one reading of the list to the next, including its work for others meanwhile.
 */
async function measurePolls(page: Page, pid: number, watchMs: number) {
  const requests: (Burst & { isList: boolean })[] = [];
  page.on('requestfinished', (request) => {
    const { startTime: from, responseEnd } = request.timing();
    requests.push({ from, to: from + responseEnd, isList: request.url().includes('/v1/incidents') });
  });
  const steps: (Burst & { cpu: number })[] = [];
  let last = { at: Date.now(), cpu: processorMsOf(pid) };
  for (const end = Date.now() + watchMs; Date.now() < end; ) {
    await pause(sampleMs);
    const next = { at: Date.now(), cpu: processorMsOf(pid) };
    steps.push({ from: last.at, to: next.at, cpu: next.cpu - last.cpu });
    last = next;
  }
  const bursts = burstsOf(requests);
  const busy = steps.filter(({ from, to }) => bursts.some((burst) => to >= burst.from && from <= burst.to));
  const begins = requests.filter(({ isList }) => isList).map(({ from }) => from);
  const polls = begins.slice(1).map((to, index) => {
    const from = begins[index] ?? to;
    const within = busy.filter((step) => step.to >= from && step.to < to);
    return within.reduce((sum, { cpu }) => sum + cpu, 0);
  });
  return { polls: polls.length, cpu: median(polls), took: median(bursts.map(({ from, to }) => to - from)) };
}

/** Requests that follow each other at once. */
function burstsOf(requests: readonly Burst[]): Burst[] {
  const bursts: Burst[] = [];
  for (const { from, to } of requests.toSorted((one, other) => one.from - other.from)) {
    const last = bursts.at(-1);
    if (last !== undefined && from <= last.to + sampleMs) last.to = Math.max(last.to, to);
    else bursts.push({ from, to });
  }
  return bursts;
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
