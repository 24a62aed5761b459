import { runRedrives } from '../../core/operations/redrives/run-redrives.ts';
import { sweep } from '../../core/operations/watch/sweep.ts';
import { startMeteredService } from '../cost/metered-service.ts';
import { assumedMs, dynamodb, lambda, plus, prices, timer, type Units } from '../cost/prices.ts';
import type { Part } from '../harness/part.ts';
import type { MeasuredPart } from '../harness/result.ts';

const minute = 60_000;
const sweepsAMonth = 30 * 24 * 60;
const canariesAMonth = sweepsAMonth / 5;
const workflows = 10;
const overdueItems = 1_000;
const none: Units = { write: 0, read: 0, sns: 0 };
const share = (all: Units, of: number) => plus(none, all, 1 / of);

/**
 * The cost of the service besides the items: a sweep every minute, alone, for each workflow, and for overdue items that
 * stay; the canary; each incident. Measured and priced as in cost.ts.
 */
export const costStandingPart: Part = {
  seconds: { quick: 40, usual: 40, full: 40 },
  async measure() {
    const warden = await startMeteredService();
    try {
      return await measured(warden);
    } finally {
      await warden.close();
    }
  },
};

async function measured(warden: Awaited<ReturnType<typeof startMeteredService>>): Promise<MeasuredPart> {
  const sweepOnce = () => warden.unitsOf(() => sweep(warden.service));
  const first = await sweepOnce();
  warden.advance(minute);
  const canaryItem = (await warden.service.state.canary())?.item ?? '';
  const seen = await warden.fire('~canary', [canaryItem]);
  const alone = await sweepOnce();
  const canary = plus(plus(first, alone, -1), seen);
  for (let index = 0; index < workflows; index++) {
    await warden.service.registry.ensureWorkflow(`workflow-${index}`);
  }
  warden.advance(minute);
  const idle = await sweepOnce();
  const eachWorkflow = share(plus(idle, alone, -1), workflows);
  // Two items: the first opens the incident and ends it, the second joins the open incident.
  const workflow = 'workflow-0';
  const checked: Units[] = [];
  for (const item of ['opens', 'joins']) {
    await warden.start(workflow, item, 500);
    warden.advance(minute + 1_000);
    await warden.remember(workflow);
    checked.push(await warden.fire(workflow, [item]));
  }
  const [opens = none, joins = none] = checked;
  for (const item of ['opens', 'joins']) await warden.finish(workflow, item);
  warden.advance(minute);
  const ends = await sweepOnce();
  const incident = plus(plus(opens, joins, -1), plus(ends, idle, -1));
  // In an open incident without a change that people must be notified of.
  const items = Array.from({ length: overdueItems }, (_, index) => `scan-${index}`);
  for (const item of items) await warden.start(workflow, item, 500);
  warden.advance(minute + 1_000);
  await warden.fire(workflow, items);
  warden.advance(minute);
  const stays = plus(await sweepOnce(), idle, -1);
  const run = await warden.unitsOf(() => runRedrives(warden.service));

  const swept = prices.schedulerInvocation + lambda(assumedMs.sweep, 1769);
  const ran = prices.schedulerInvocation + lambda(assumedMs.request, 1024);
  const rows: [name: string, units: Units, times: number, besides: number][] = [
    ['a sweep every minute; the month', alone, sweepsAMonth, swept],
    ['a run of run-redrives every minute; the month', run, sweepsAMonth, ran],
    [
      'a canary and a check of the subscriptions every five minutes; the month',
      canary,
      canariesAMonth,
      timer,
    ],
    ['for each workflow; the month', eachWorkflow, sweepsAMonth, 0],
    [`for ${overdueItems} overdue items that stay; the month`, stays, sweepsAMonth, 0],
    ['1000 incidents of one item, notified twice', incident, 1_000, incident.sns * prices.snsRequest],
  ];
  const sumOf = (units: Units, times: number, besides: number) => (dynamodb(units) + besides) * times;
  const idleSum = rows
    .slice(0, 3)
    .reduce((sum, [, units, times, besides]) => sum + sumOf(units, times, besides), 0);
  return {
    columns: ['besides items', 'write units', 'read units', 'DynamoDB', 'Lambda, Scheduler, SNS', 'sum'],
    rows: [
      ...rows.map(([name, units, times, besides]) => {
        const costs = [dynamodb(units) * times, besides * times, sumOf(units, times, besides)];
        return [name, units.write, units.read, ...costs.map(dollars)];
      }),
      [
        `a month without items, ${workflows} workflows`,
        '',
        '',
        '',
        '',
        dollars(idleSum + workflows * sumOf(eachWorkflow, sweepsAMonth, 0)),
      ],
    ],
    broken: [],
  };
}

const dollars = (sum: number) => `$${sum.toFixed(2)}`;
