/**
 * How long is a lost timer overlooked while thousands of other workflows have an open incident? Opens an incident in
 * each of 3,000 workflows, loses the timer of one item elsewhere, and sweeps every minute, with a clock that advances by
 * the time that the work takes. Prints how long each sweep took and whether it got round, and how long after its
 * deadline the item was found. Exits with 1 if that was more than four minutes, or if people received more
 * notifications than the budget allows.
 * Run: npm run bench:open-incidents                       some minutes
 *      npm run bench:open-incidents -- --workflows 300
 */
import { parseArgs } from 'node:util';
import { createLog } from '../core/log.ts';
import { mostNotifications } from '../core/model/warden/notification-budget.ts';
import { progress } from '../core/operations/items/progress.ts';
import { register } from '../core/operations/items/register.ts';
import { create as createSweep } from '../functions/sweep.ts';
import { startEmbeddedAws } from '../local/embedded-aws.ts';

const { values } = parseArgs({ options: { workflows: { type: 'string', default: '3000' } } });
const workflows = Number(values.workflows);
const minuteMs = 60_000;
const fourMinutesMs = 4 * minuteMs;
const print = (line: string) => process.stdout.write(`${line}\n`);

let skippedMs = 0;
const clock = { now: () => Date.now() + skippedMs };
let unfinished = 0;
const log = createLog((line) => {
  if (line.includes('"SweepUnfinished":1')) unfinished++;
});
const aws = await startEmbeddedAws({ clock, log, workflowLimit: 2 * workflows });
const sent: number[] = [];
const { publish } = aws.service.notifications;
aws.service.notifications.publish = (...message) => {
  sent.push(clock.now());
  return publish.apply(aws.service.notifications, message);
};

const victim = { workflow: 'victim', item: 'lost' };
for (let index = 0; index < workflows; index++) {
  const input = { workflow: `open-${index}`, item: 'one', data: undefined };
  await register(aws.service, { ...input, request: { timeout: 86_400 } });
  const request = { failed: { reason: 'the disk is full' } };
  await progress(aws.service, { ...input, only: {}, request });
}
print(`${workflows} workflows with an open incident`);
await register(aws.service, { ...victim, request: { timeout: 60 }, data: undefined });
const registered = await aws.service.items.readOpen(victim.workflow, victim.item);
if (registered) await aws.service.timers.disarm(registered.timer);
const deadline = Date.parse(registered?.deadline ?? '');

const sweep = createSweep(aws.service);
let foundMs: number | undefined;
while (foundMs === undefined && clock.now() < deadline + 2 * fourMinutesMs) {
  const started = clock.now();
  const before = unfinished;
  await sweep();
  const took = clock.now() - started;
  print(
    `a sweep of ${(took / 1000).toFixed(1)} s, ${unfinished > before ? 'unfinished' : 'all the way round'}`,
  );
  const item = await aws.service.items.readOpen(victim.workflow, victim.item);
  if (item?.overdueAt !== undefined) foundMs = Date.parse(item.overdueAt) - deadline;
  skippedMs += Math.max(0, minuteMs - took);
}
await aws.close();

const mostIn = (ms: number) =>
  Math.max(...sent.map((at) => sent.filter((other) => other >= at && other < at + ms).length));
print(
  `people received ${sent.length} notifications, ${mostIn(1_000)} a second and ${mostIn(minuteMs)} a minute at most`,
);
print(`the lost timer was found ${((foundMs ?? Number.NaN) / 1000).toFixed(0)} s after the deadline`);
const isCalm =
  mostIn(1_000) <= mostNotifications.perSecond && mostIn(minuteMs) <= mostNotifications.perMinute;
if (foundMs === undefined || foundMs > fourMinutesMs || !isCalm) process.exitCode = 1;
