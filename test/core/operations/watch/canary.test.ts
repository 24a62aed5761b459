import { beforeEach, describe, expect, test } from 'vitest';
import { canaryWorkflow } from '../../../../core/contract/timer-message.ts';
import { onOneEngine } from '../../../support/on-engines.ts';

describe('the canary', () => {
  onOneEngine((warden) => {
    const canaryItem = async () => (await warden().aws.service.state.canary())?.item ?? '';
    const record = (item: string) => warden().aws.service.items.readOpen(canaryWorkflow, item);
    const delays = () =>
      warden()
        .logLines.map((line) => JSON.parse(line))
        .flatMap((line) => ('CanaryDelay' in line ? [line.CanaryDelay] : []));
    /** Sweeps that are five minutes apart are not yet an outage of the warden. */
    const fiveMinutes = async () => {
      await warden().passSweeping(300_000, 300_000);
      warden().logLines.length = 0;
    };

    beforeEach(fiveMinutes);

    test('is registered by the sweep, and expires by the way of all timers', async () => {
      const item = await canaryItem();
      expect(await record(item)).toMatchObject({ state: 'waiting' });
      await warden().pass(3_000);
      // It has a timeout of a second, the shortest on a laptop.
      expect(delays()).toEqual([2_000]);
      const state = await warden().aws.service.state.canary();
      expect(state).toMatchObject({ item, delayMs: 2_000, recent: [{ delayMs: 2_000 }] });
      expect(state?.seenAt).toBe(new Date(warden().clock.now()).toISOString());
      // Completed, so that the next canary does not find it.
      expect(await record(item)).toBeUndefined();
    });

    test('leaves the delays of the last 48, oldest first', async () => {
      const { state } = warden().aws.service;
      for (let index = 0; index < 50; index++) {
        await state.recordCanarySeen(new Date(index * 1_000).toISOString(), index);
      }
      const { recent = [] } = (await state.canary()) ?? {};
      expect(recent).toHaveLength(48);
      expect(recent[0]).toEqual({ at: '1970-01-01T00:00:02.000Z', delayMs: 2 });
      expect(recent.at(-1)?.delayMs).toBe(49);
    });

    test('is registered once every five minutes, however often the sweep runs', async () => {
      const first = await canaryItem();
      await warden().passSweeping(240_000, 120_000);
      expect(await canaryItem()).toBe(first);
      await warden().passSweeping(60_000);
      expect(await canaryItem()).not.toBe(first);
    });

    test('that is late is recorded with its delay, once', async () => {
      warden().clock.advance(61_000);
      await warden().settle();
      await warden().settle();
      expect(delays()).toEqual([60_000]);
    });

    test('whose timer never fires is not found, and the next one removes it', async () => {
      const item = await canaryItem();
      const lost = await record(item);
      await warden().aws.service.timers.disarm(lost?.timer ?? '');
      await fiveMinutes();
      expect(await record(item)).toBeUndefined();
      expect(delays()).toEqual([]);
      const next = await canaryItem();
      expect(next).not.toBe(item);
      await warden().pass(3_000);
      expect(delays()).toHaveLength(1);
      expect(await record(next)).toBeUndefined();
    });

    test('is in no list, count, incident, notification, event or metric of users', async () => {
      await warden().register(warden().newWorkflow(), 'a', { timeout: 3_600 });
      const noTrace = async () => {
        const { json } = await warden().request('GET', '/v1/workflows?limit=200');
        expect(json.workflows.map(({ workflow }: { workflow: string }) => workflow)).not.toContain(
          canaryWorkflow,
        );
        for (const path of ['', '/items']) {
          const { status } = await warden().request('GET', `/v1/workflows/${canaryWorkflow}${path}`);
          expect(status).toBe(400);
        }
        expect((await warden().register(canaryWorkflow, 'a', { timeout: 60 })).status).toBe(400);
        const { incidents } = warden().aws.service;
        for (const place of ['open', 'ending', 'past'] as const) {
          for await (const incident of incidents[place].all())
            expect(incident).not.toMatchObject({ workflow: canaryWorkflow });
        }
        expect(await warden().notifications(canaryWorkflow)).toEqual([]);
        expect(await warden().events(canaryWorkflow)).toEqual([]);
      };
      await noTrace();
      await warden().pass(3_000);
      await warden().sweep();
      await noTrace();
      const log = warden().logLines.join('\n');
      expect(log).toContain('CanaryDelay');
      for (const metric of ['"Overdue"', '"DetectionDelay"', '"CaughtBySweep"']) {
        expect(log).not.toContain(metric);
      }
    });
  });
});
