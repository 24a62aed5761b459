import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, onTestFinished, test } from 'vitest';
import { registryTable } from '../../../../local/names.ts';
import { knowEmptyQueues } from '../../../support/empty-queues.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

async function start(): Promise<EmbeddedWarden> {
  const warden = await startWarden();
  knowEmptyQueues(warden);
  onTestFinished(() => warden.close());
  await warden.passSweeping(2 * minute);
  return warden;
}

const now = (warden: EmbeddedWarden) => new Date(warden.clock.now()).toISOString();
const metrics = (warden: EmbeddedWarden, name: string) =>
  warden.logLines.filter((line) => line.includes(`"${name}":`));

/** Items that are due 10 minutes from now, a second apart. */
async function registerMany(warden: EmbeddedWarden, workflow: string, count: number): Promise<string[]> {
  const items = Array.from({ length: count }, (_, index) => `item-${index}`);
  await Promise.all(
    items.map((item, index) => warden.register(workflow, item, { timeout: 600 + index, step: 'copied' })),
  );
  return items;
}

describe('after an outage of the warden of 3 hours', () => {
  test.each([
    ['the sweep', (warden: EmbeddedWarden) => warden.sweep()],
    ['check-timers', (warden: EmbeddedWarden) => warden.settle()],
  ])(
    'that %s finds first, each workflow is notified once, after a grace period in which completions are late (P1, P6)',
    async (_, first) => {
      const warden = await start();
      const workflows = [warden.newWorkflow(), warden.newWorkflow()];
      for (const workflow of workflows) await registerMany(warden, workflow, 100);
      const from = now(warden);
      warden.clock.advance(3 * hour);
      const to = now(warden);
      await first(warden);
      await warden.settle();
      await warden.sweep();
      await warden.passSweeping(minute);

      // Completions that clients could not send meanwhile.
      const [workflow = '', other = ''] = workflows;
      for (let index = 0; index < 100; index += 10) {
        const { json } = await warden.complete(workflow, `item-${index}`);
        expect(json).toMatchObject({ outcome: 'late', lateByMs: expect.any(Number) });
      }
      await warden.passSweeping(45 * second);
      for (const each of workflows) {
        expect(await warden.notifications(each)).toEqual([]);
        expect(await warden.events(each)).toEqual([]);
      }

      // The grace period is over, 2 minutes after the return.
      await warden.passSweeping(3 * minute);
      const outage = { from, to };
      const [told, ...again] = await warden.notifications(workflow);
      expect(again).toEqual([]);
      expect(told).toMatchObject({
        event: 'opened',
        subject: `[${workflow}] 90 items unconfirmed after an outage`,
        outage,
        counts: { overdue: 90, failed: 0 },
      });
      expect(await warden.notifications(other)).toMatchObject([
        { event: 'opened', outage, counts: { overdue: 100, failed: 0 } },
      ]);
      for (const [each, count] of [
        [workflow, 90],
        [other, 100],
      ] as const) {
        const events = await warden.events(each);
        expect(new Set(events.map(({ item }) => item)).size).toBe(count);
        expect(events).toHaveLength(count);
        expect(events.every(({ event, caughtBy }) => event === 'item.overdue' && caughtBy === 'timer')).toBe(
          true,
        );
      }
      expect(metrics(warden, 'CaughtBySweep')).toEqual([]);
      expect(warden.errors).toEqual([]);
    },
  );

  test('an item due in the grace period but not in the outage is reported at once', async () => {
    const warden = await start();
    const [held, fresh] = [warden.newWorkflow(), warden.newWorkflow()];
    await registerMany(warden, held, 3);
    warden.clock.advance(3 * hour);
    await warden.sweep();
    await warden.register(fresh, 'a', { timeout: 5 });
    await warden.pass(6 * second);
    const [told] = await warden.notifications(fresh);
    expect(told).toMatchObject({ event: 'opened', counts: { overdue: 1 } });
    expect(told).not.toHaveProperty('outage');
    expect(await warden.notifications(held)).toEqual([]);
  });

  test('a failure that a caller reports is notified at once', async () => {
    const warden = await start();
    const workflow = warden.newWorkflow();
    await registerMany(warden, workflow, 2);
    warden.clock.advance(3 * hour);
    await warden.sweep();
    await warden.progress(workflow, 'item-0', { failed: { reason: 'broken' } });
    expect(await warden.notifications(workflow)).toMatchObject([{ counts: { overdue: 0, failed: 1 } }]);
  });

  test('earlier overdue items are not notified again, and new ones are', async () => {
    const warden = await start();
    const workflow = warden.newWorkflow();
    await registerMany(warden, workflow, 2);
    await warden.register(workflow, 'before', { timeout: 5 });
    await warden.passSweeping(minute);
    expect(await warden.notifications(workflow)).toMatchObject([{ event: 'opened', counts: { overdue: 1 } }]);
    warden.clock.advance(3 * hour);
    await warden.sweep();
    await warden.passSweeping(105 * second);
    expect(await warden.notifications(workflow)).toEqual([]);
    await warden.passSweeping(3 * minute);
    const told = await warden.notifications(workflow);
    expect(told).toMatchObject([{ event: 'updated', counts: { overdue: 3 }, outage: expect.anything() }]);
  });

  test('a deadline that is extended in the grace period is respected', async () => {
    const warden = await start();
    const workflow = warden.newWorkflow();
    await registerMany(warden, workflow, 1);
    warden.clock.advance(3 * hour);
    await warden.sweep();
    await warden.progress(workflow, 'item-0', { timeout: 600 });
    await warden.passSweeping(9 * minute);
    expect(await warden.notifications(workflow)).toEqual([]);
    await warden.passSweeping(2 * minute);
    const [told] = await warden.notifications(workflow);
    expect(told).toMatchObject({ counts: { overdue: 1 } });
    expect(told).not.toHaveProperty('outage');
  });

  test('a second, shorter gap is no outage', async () => {
    const warden = await start();
    await warden.sweep();
    warden.clock.advance(3 * hour);
    await warden.passSweeping(5 * minute);
    const workflow = warden.newWorkflow();
    await warden.register(workflow, 'a', { timeout: 60 });
    warden.clock.advance(4 * minute);
    await warden.sweep();
    await warden.settle();
    expect(await warden.notifications(workflow)).toMatchObject([{ counts: { overdue: 1 } }]);
  });

  test('sweeps that never run again lose nothing: timers alone report after the grace period (P1)', async () => {
    const warden = await start();
    const workflow = warden.newWorkflow();
    await registerMany(warden, workflow, 20);
    warden.clock.advance(3 * hour);
    await warden.settle();
    await warden.pass(2 * minute - second);
    expect(await warden.events(workflow)).toEqual([]);
    await warden.pass(3 * second);
    expect(await warden.events(workflow)).toHaveLength(20);
    expect((await warden.read(workflow, 'item-7')).json).toMatchObject({
      state: 'overdue',
      caughtBy: 'timer',
    });

    // No sweep runs, so the heartbeat stays as old as it is. Items due from now on are not held back again.
    const next = warden.newWorkflow();
    await warden.register(next, 'a', { timeout: 5 });
    await warden.pass(10 * minute);
    expect(await warden.notifications(next)).toMatchObject([{ event: 'opened', counts: { overdue: 1 } }]);
    expect(warden.logLines.filter((line) => line.includes('outage of the warden'))).toHaveLength(1);
  });
});

test('a gap of up to 5 minutes is no outage: a laptop that slept alerts at once', async () => {
  const warden = await start();
  const workflow = warden.newWorkflow();
  await warden.register(workflow, 'a', { timeout: 60 });
  await warden.sweep();
  warden.clock.advance(5 * minute);
  await warden.settle();
  const [told] = await warden.notifications(workflow);
  expect(told).toMatchObject({ counts: { overdue: 1 } });
  expect(told).not.toHaveProperty('outage');
});

test('before the first sweep there is no outage', async () => {
  const warden = await startWarden();
  knowEmptyQueues(warden);
  onTestFinished(() => warden.close());
  const workflow = warden.newWorkflow();
  await warden.register(workflow, 'a', { timeout: 60 });
  await warden.pass(3 * hour);
  expect(await warden.notifications(workflow)).toMatchObject([{ counts: { overdue: 1 } }]);
});

test('a heartbeat that cannot be read holds back no alert (P1)', async () => {
  const warden = await start();
  const workflow = warden.newWorkflow();
  await registerMany(warden, workflow, 1);
  await warden.aws.dynamodb.send(
    new PutItemCommand({
      TableName: registryTable,
      Item: { kind: { S: 'warden' }, name: { S: 'heartbeat' }, sweptAt: { S: 'secret-of-the-record' } },
    }),
  );
  await warden.pass(3 * hour);
  expect(await warden.notifications(workflow)).toMatchObject([{ event: 'opened', counts: { overdue: 1 } }]);
  const log = warden.logLines.join('\n');
  expect(log).toContain('outage of the warden could not be read');
  expect(log).not.toContain('secret-of-the-record');
});
