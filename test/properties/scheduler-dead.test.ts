import { type CreateScheduleCommandInput, SchedulerServiceException } from '@aws-sdk/client-scheduler';
import pLimit from 'p-limit';
import { expect, test } from 'vitest';
import { knowEmptyQueues } from '../support/empty-queues.ts';
import { tickWithCalls } from '../support/incident-watch.ts';
import { startWarden } from '../support/start-warden.ts';
import type { EmbeddedWarden } from '../support/warden.ts';

/* EventBridge Scheduler accepts every timer and fires none: time is moved, but the emulator never fires. */

const minutes = 60_000;
const sweeps = 11;
// Of more at one instant, people are notified by a digest (test/properties/digest.test.ts).
const workflowCount = 4;

/** Items of a few workflows; their deadlines are from 5 seconds to 5 minutes ahead. */
async function registerMany(warden: EmbeddedWarden, count: number) {
  const workflows = Array.from({ length: workflowCount }, () => warden.newWorkflow());
  const items = Array.from({ length: count }, (_, index) => ({
    workflow: workflows[index % workflowCount] ?? '',
    item: `item-${index}`,
    timeout: 5 + ((index * 37) % 295),
  }));
  await pLimit(16).map(items, async ({ workflow, item, timeout }) => {
    expect((await warden.register(workflow, item, { timeout })).status).toBe(201);
  });
  return { workflows, items };
}

function metricSum(lines: readonly string[], name: string): number {
  return lines.reduce((sum, line) => sum + (JSON.parse(line)[name] ?? 0), 0);
}

/** Minute by minute, until the update that has the last of them is due. */
async function sweepOn(warden: EmbeddedWarden, sweep: () => Promise<void>): Promise<void> {
  for (let minute = 0; minute < sweeps; minute++) {
    warden.clock.advance(minutes);
    await sweep();
  }
}

async function expectAllFound(
  warden: EmbeddedWarden,
  { workflows, items }: Awaited<ReturnType<typeof registerMany>>,
): Promise<void> {
  const records = new Map<string, { overdueAt: string; deadline: string }>();
  for (const workflow of workflows) {
    const { json } = await warden.request('GET', `/v1/workflows/${workflow}/items?state=overdue&limit=200`);
    for (const item of json.items) {
      expect(item.caughtBy).toBe('sweep');
      records.set(item.item, item);
    }
  }
  expect(records.size).toBe(items.length);
  for (const { overdueAt, deadline } of records.values()) {
    const late = Date.parse(overdueAt) - Date.parse(deadline);
    expect(late).toBeGreaterThan(0);
    expect(late).toBeLessThanOrEqual(4 * minutes);
  }

  for (const workflow of workflows) {
    const mine = items.filter((one) => one.workflow === workflow);
    const events = (await warden.events(workflow)).filter(({ event }) => event === 'item.overdue');
    expect(new Set(events.map(({ item }) => item)).size).toBe(mine.length);
    expect(events.every(({ caughtBy }) => caughtBy === 'sweep')).toBe(true);
    expect(events).toHaveLength(mine.length);

    const told = await warden.notifications(workflow);
    const first = Math.min(...mine.map(({ timeout }) => timeout * 1000));
    expect(told[0]).toMatchObject({ event: 'opened', items: [{ caughtBy: 'sweep' }, ...anything(told[0])] });
    const found = Date.parse(told[0]?.at ?? '') - (Date.parse(told[0]?.items[0]?.startedAt ?? '') + first);
    expect(found).toBeLessThanOrEqual(4 * minutes);
    expect(told.at(-1)?.counts).toEqual({ overdue: mine.length, failed: 0 });
    // P6: 1, 2, 4 … minutes between them, not one for each sweep.
    expect(told.length).toBeLessThanOrEqual(5);
  }
  expect(metricSum(warden.logLines, 'CaughtBySweep')).toBe(items.length);
  expect(metricSum(warden.logLines, 'Overdue')).toBe(items.length);
}

function anything(told: { items: readonly unknown[] } | undefined): unknown[] {
  return (told?.items ?? []).slice(1).map(() => expect.anything());
}

test('if no timer ever fires, the sweep alone finds all items within four minutes, and says so (P1, P3)', async () => {
  const warden = await startWarden();
  knowEmptyQueues(warden);
  try {
    const registered = await registerMany(warden, 500);
    await sweepOn(warden, () => warden.sweep());
    await expectAllFound(warden, registered);
  } finally {
    await warden.close();
  }
}, 120_000);

test('if Scheduler accepts no timer either, the sweep alerts nevertheless, and fails only for the canary (P1, P7, P8)', async () => {
  const warden = await startWarden();
  knowEmptyQueues(warden);
  try {
    const registered = await registerMany(warden, 100);
    warden.aws.scheduler.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName !== 'CreateScheduleCommand') return next(args);
          const { Name } = args.input as CreateScheduleCommandInput;
          const fault = { $fault: 'server' as const, $metadata: { httpStatusCode: 500 } };
          throw new SchedulerServiceException({
            name: 'InternalServerException',
            message: `${Name}`,
            ...fault,
          });
        },
      { step: 'initialize' },
    );
    let failures = 0;
    await sweepOn(warden, async () => {
      const lines = warden.logLines.length;
      const error = await warden.sweep().then(
        () => undefined,
        (reason: AggregateError) => reason,
      );
      const failed = warden.logLines
        .slice(lines)
        .map((line) => JSON.parse(line))
        .filter(({ message }) => message === 'sweep failed');
      expect(failed.map(({ part }) => part)).toEqual(error ? ['canary'] : []);
      if (error === undefined) return;
      failures++;
      expect(error.errors).toMatchObject([{ name: 'InternalServerException' }]);
    });
    // The first sweep has none yet; from then on each sweep tries again.
    expect(failures).toBe(sweeps);
    await expectAllFound(warden, registered);
  } finally {
    await warden.close();
  }
}, 120_000);

test('a sweep with time for only a few workflows continues where the last one stopped, again and again (P1, P8)', async () => {
  const warden = await startWarden();
  try {
    const workflows = Array.from({ length: 12 }, () => warden.newWorkflow()).sort();
    for (const workflow of workflows) await warden.register(workflow, 'a', { timeout: 3600 });
    // Eight workflows, or the other four, take longer than a sweep runs.
    tickWithCalls(warden, 500);
    await warden.sweep();
    const first = workflows[0] ?? '';
    await warden.register(first, 'lost', { timeout: 1 });
    for (let sweep = 0; sweep < 4; sweep++) await warden.sweep();
    expect(await warden.notifications(first)).toMatchObject([{ event: 'opened', items: [{ item: 'lost' }] }]);
  } finally {
    await warden.close();
  }
}, 60_000);
