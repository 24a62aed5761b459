import { setTimeout } from 'node:timers/promises';
import pLimit from 'p-limit';
import { describe, expect, test } from 'vitest';
import { onRacingEngines } from '../support/on-engines.ts';
import { sized } from '../support/sized.ts';
import { endsOf, sweepOne, untold } from '../support/sweep-one.ts';

const times = (count: number) => Array.from({ length: count }, (_, index) => index);

const longAgo = '2026-01-01T00:00:00.000Z';

describe('many callers at once', () => {
  onRacingEngines((warden, engine) => {
    const tally = (replies: { status: number }[]) =>
      Object.fromEntries(
        [...Map.groupBy(replies, ({ status }) => status)].map(([status, same]) => [status, same.length]),
      );

    test('200 registrations of one item create one item, watched by the timer that it names (P4)', async () => {
      const workflow = warden().newWorkflow();
      const replies = await Promise.all(
        times(200).map(() => warden().register(workflow, 'a', { timeout: 60 })),
      );
      expect(tally(replies)).toEqual({ 200: 199, 201: 1 });
      expect(new Set(replies.map(({ json }) => `${json.startedAt} ${json.deadline}`)).size).toBe(1);
      await warden().pass(61_000);
      expect(await warden().notifications(workflow)).toMatchObject([{ counts: { overdue: 1 } }]);
      expect(await warden().events(workflow)).toHaveLength(1);
    });

    test('a batch of 120 timers marks and reports every item, once', async () => {
      const workflow = warden().newWorkflow();
      const items = times(120).map((index) => `item ${index}`);
      await Promise.all(items.map((item) => warden().register(workflow, item, { timeout: 5 })));
      warden().clock.advance(6_000);
      const Records = items.map((item) => ({
        messageId: item,
        body: JSON.stringify({ workflow, item, timer: 'x', armedAt: longAgo }),
      }));
      expect(await warden().functions.checkTimers({ Records })).toEqual({ batchItemFailures: [] });
      expect(await warden().notifications(workflow)).toMatchObject([{ counts: { overdue: 120 } }]);
      const told = (await warden().events(workflow)).map(({ item }) => item);
      expect(told.toSorted()).toEqual(items.toSorted());
    });

    test('200 completions of one item complete it once, and all have the same reply (P4)', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 60 });
      const registered = await warden().aws.service.items.read(workflow, 'a');
      const replies = await Promise.all(times(200).map(() => warden().complete(workflow, 'a')));
      expect(tally(replies)).toEqual({ 200: 200 });
      expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
      // One write succeeded: the revision of the item is that of its registration plus one.
      const revision = (registered?.revision ?? 0) + 1;
      expect(await warden().aws.service.items.read(workflow, 'a')).toMatchObject({ revision });
    });

    test('steps of one item that are reported at once are all kept', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'a', { timeout: 60 });
      const steps = times(20).map((step) => `step ${step}`);
      const replies = await Promise.all(steps.map((step) => warden().progress(workflow, 'a', { step })));
      expect(tally(replies)).toEqual({ 200: 20 });
      const kept = (await warden().read(workflow, 'a')).json.steps.map(({ step }: { step: string }) => step);
      expect(kept.toSorted()).toEqual(steps.toSorted());
    });

    // In memory a race takes half the time and its calls overtake each other; one write of an adapter decides it.
    const races = engine === 'memory' ? sized(200, 500) : sized(50, 100);
    test(`completion and expiry race ${races} times: on time or reported, never both and never neither (P2, P3)`, async () => {
      const workflow = warden().newWorkflow();
      const items = times(races).map((index) => `item ${index}`);
      const deadline = new Date(warden().clock.now() + 5_000).toISOString();
      for (const page of times(races / 50).map((index) => items.slice(index * 50, index * 50 + 50))) {
        await Promise.all(page.map((item) => warden().register(workflow, item, { deadline })));
      }
      // The one moment at which an item may still be completed on time, and may already be overdue.
      warden().clock.set(deadline);

      const outcomes = new Map<string, string>();
      const race = async (item: string, index: number) => {
        const body = JSON.stringify({ workflow, item, timer: 'x', armedAt: longAgo });
        const expiry = warden().functions.checkTimers({ Records: [{ messageId: '1', body }] });
        // From 0 to 24 ms later, so that it meets the expiry at each of its calls; every fiftieth after all of them.
        const start = index % 50 === 0 ? expiry : setTimeout(index % 25);
        const completion = start.then(() => warden().complete(workflow, item));
        const [{ batchItemFailures }, { json }] = await Promise.all([expiry, completion]);
        expect(batchItemFailures).toEqual([]);
        outcomes.set(item, json.outcome);
      };
      await pLimit(8).map(items, race);

      const events = await warden().events(workflow);
      const told = new Set(endsOf(events).map(({ item }) => item));
      for (const item of items) expect(told.has(item)).toBe(outcomes.get(item) === 'late');
      // For each late item an event is published, and people are notified of the incident.
      const late = events.filter(({ event }) => event === 'item.late').map(({ item }) => item);
      expect(new Set(late)).toEqual(told);
      warden().clock.advance(25_000);
      await sweepOne(warden(), workflow);
      expect(untold(events, await warden().notifications(workflow))).toEqual([]);
      expect(new Set(events.map(({ incident }) => incident)).size).toBe(1);
      expect(new Set(outcomes.values())).toEqual(new Set(['on-time', 'late']));
      // A thousand requests, and as many waits.
    }, 120_000);
  });
});
