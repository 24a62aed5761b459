import { runRedrives } from '../core/operations/redrives/run-redrives.ts';
import { sweep } from '../core/operations/watch/sweep.ts';
import { startMeteredService } from './cost/metered-service.ts';
import { assumedMs, dynamodb, lambda, plus, prices, printRow, timer, type Units } from './cost/prices.ts';

/**
 * What the service costs besides the items: a sweep every minute, alone, for each workflow, and for overdue items that
 * stay; the canary; each incident. Measured and priced as in bench/cost.ts.
 * Run: npm run bench:cost-standing
 */
const warden = await startMeteredService();
const minute = 60_000;
const sweepsAMonth = 30 * 24 * 60;
const canariesAMonth = sweepsAMonth / 5;
const workflows = 10;
const overdueItems = 1_000;
const none: Units = { write: 0, read: 0, sns: 0 };
const sweepOnce = () => warden.unitsOf(() => sweep(warden.service));
const share = (all: Units, of: number) => plus(none, all, 1 / of);

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

printRow('', 'write units', 'read units', 'DynamoDB', 'Lambda+SNS', 'sum');
function print(name: string, units: Units, times: number, besides: number): void {
  const table = dynamodb(units) * times;
  const dollars = [table, besides * times, table + besides * times].map((each) => `$${each.toFixed(2)}`);
  printRow(name, units.write, units.read, ...dollars);
}
const invoked = prices.schedulerInvocation + lambda(assumedMs.sweep, 1769);
print('a sweep; the month', alone, sweepsAMonth, invoked);
const run = await warden.unitsOf(() => runRedrives(warden.service));
print(
  'a run of run-redrives; the month',
  run,
  sweepsAMonth,
  prices.schedulerInvocation + lambda(assumedMs.request, 1024),
);
print('for each workflow; the month', eachWorkflow, sweepsAMonth, 0);
print(`for ${overdueItems} overdue items; the month`, stays, sweepsAMonth, 0);
print('a canary; the month', canary, canariesAMonth, timer);
print('an incident of one item; 1000 of them', incident, 1000, incident.sns * prices.snsRequest);
process.stdout.write(
  `Lambda: ${assumedMs.sweep} ms a sweep at 1769 MB, ${assumedMs.request} ms a run of run-redrives at 1024 MB, assumed.\n`,
);
await warden.close();
