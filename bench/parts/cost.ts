import { progress } from '../../core/operations/items/progress.ts';
import { startMeteredService } from '../cost/metered-service.ts';
import { assumedMs, dynamodb, lambda, plus, prices, timer, type Units } from '../cost/prices.ts';
import type { Part } from '../harness/part.ts';

type Warden = Awaited<ReturnType<typeof startMeteredService>>;

const workflow = 'uploads';
const batch = 100;
const names = (prefix: string) => Array.from({ length: batch }, (_, index) => `${prefix} ${index}`);

/** Units of a batch of items that are completed in time. */
async function inTime(warden: Warden, bytes: number, steps: readonly string[] = []): Promise<Units> {
  const only = {};
  return warden.unitsOf(async () => {
    // New ids, because a registration over a receipt costs a read and a write more.
    for (const item of names(`in time ${bytes} ${steps.length}`)) {
      await warden.start(workflow, item, bytes);
      for (const step of steps) {
        const request = { step, timeout: 120 };
        await progress(warden.service, { workflow, item, only, request, data: undefined });
      }
      await warden.finish(workflow, item);
    }
  });
}

/** Units of a batch of items whose timers fire together, in an incident that is already open. */
async function overdue(warden: Warden): Promise<Units> {
  const items = names('overdue');
  const started = await warden.unitsOf(async () => {
    for (const item of items) await warden.start(workflow, item, 500);
  });
  warden.advance(61_000);
  await warden.remember(workflow);
  const checked = await warden.fire(workflow, items);
  const finished = await warden.unitsOf(async () => {
    for (const item of items) await warden.finish(workflow, item);
  });
  return plus(plus(started, checked), finished);
}

/** Units of a batch of items that go overdue, are redriven and then completed. */
async function redriven(warden: Warden): Promise<Units> {
  const items = names('redriven');
  const started = await warden.unitsOf(async () => {
    for (const item of items) await warden.start(workflow, item, 500);
  });
  warden.advance(61_000);
  const checked = await warden.fire(workflow, items);
  const resumed = await warden.unitsOf(() => warden.redrive(workflow));
  const finished = await warden.unitsOf(async () => {
    for (const item of items) await warden.finish(workflow, item);
  });
  return [checked, resumed, finished].reduce((sum, units) => plus(sum, units), started);
}

const request = prices.httpRequest + lambda(assumedMs.request, 512);
/** An item's part of a request with 100 items. */
const inBatch = prices.httpRequest / batch + lambda(assumedMs.timer * batch, 512) / batch;
/** A heartbeat: only a later deadline. */
async function heartbeat(warden: Warden): Promise<Units> {
  const items = names('heartbeat');
  for (const item of items) await warden.start(workflow, item, 500);
  return warden.unitsOf(async () => {
    for (const item of items) {
      const request = { timeout: 3_600 };
      await progress(warden.service, { workflow, item, only: {}, request, data: undefined });
    }
  });
}

/** The needs of each flow besides DynamoDB: requests and Lambda in dollars, and timers; then its units. */
async function flowsOf(warden: Warden): Promise<[name: string, api: number, timers: number, units: Units][]> {
  // An incident is open, as in most hours in which items go overdue.
  await warden.start(workflow, 'opens the incident', 500);
  warden.advance(61_000);
  await warden.fire(workflow, ['opens the incident']);
  await warden.remember(workflow);
  const batches = await warden.unitsOf(() => warden.batches(workflow, names('batch'), 500));
  return [
    ['completed in time, 0.5 KB of data', 2 * request, 0, await inTime(warden, 500)],
    ['completed in time, 20 KB of data', 2 * request, 0, await inTime(warden, 20_000)],
    ['the same in batches of 100, 0.5 KB', 2 * inBatch, 0, batches],
    ['with three steps, 0.5 KB', 5 * request, 0, await inTime(warden, 500, ['copied', 'checked', 'stored'])],
    ['a heartbeat', request, 0, await heartbeat(warden)],
    ['overdue, then completed, 0.5 KB', 2 * request, 1, await overdue(warden)],
    ['overdue, redriven, then completed, 0.5 KB', 2 * request + inBatch, 1, await redriven(warden)],
  ];
}

const dollars = (each: number) => `$${(each * 1e6).toFixed(2)}`;

/**
 * The cost of an item on AWS: the calls of each operation and the DynamoDB units that they consume, measured on the
 * embedded DynamoDB, times the prices. API Gateway and Lambda are counted by invocation; the milliseconds of Lambda are
 * assumed.
 */
export const costPart: Part = {
  seconds: { quick: 20, usual: 20, full: 20 },
  async measure() {
    const warden = await startMeteredService();
    try {
      const rows = (await flowsOf(warden)).map(([name, api, timers, units]) => {
        const each = plus({ write: 0, read: 0, sns: 0 }, units, 1 / batch);
        const alert = timers * timer + each.sns * prices.snsRequest;
        const costs = [api, dynamodb(each), alert, api + dynamodb(each) + alert];
        return [name, each.write, each.read, ...costs.map(dollars)];
      });
      const columns = ['write units', 'read units', 'API and Lambda', 'DynamoDB', 'timers and SNS', 'sum'];
      return { columns: ['a million items', ...columns], rows, broken: [] };
    } finally {
      await warden.close();
    }
  },
};
