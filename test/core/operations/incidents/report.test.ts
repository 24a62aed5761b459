import { describe, expect, test } from 'vitest';
import { Faults, refuseEvents, refuseNotifications } from '../../../support/faults.ts';
import { onEngines } from '../../../support/on-engines.ts';
import { startWarden } from '../../../support/start-warden.ts';
import { sweepOne } from '../../../support/sweep-one.ts';
import type { Warden } from '../../../support/warden.ts';

const failed = { failed: { reason: 'disk full' } };

describe('report', () => {
  onEngines((warden) => {
    const incidentOf = (workflow: string) => warden().aws.service.incidents.open.read(workflow, 'overdue');

    async function failing(items: string[]): Promise<string> {
      const workflow = warden().newWorkflow();
      for (const item of items) await warden().register(workflow, item, { timeout: 600 });
      return workflow;
    }

    test('opens one incident for a workflow, and each item names it', async () => {
      const workflow = await failing(['a', 'b']);
      await warden().progress(workflow, 'a', failed);
      const opened = await incidentOf(workflow);
      expect(opened).toMatchObject({ workflow, incidentKind: 'overdue', notified: 1 });
      warden().clock.advance(1_000);
      await warden().progress(workflow, 'b', failed);
      expect((await incidentOf(workflow))?.id).toBe(opened?.id);
      for (const item of ['a', 'b']) {
        expect((await warden().read(workflow, item)).json.incident).toBe(opened?.id);
      }
      const told = await warden().notifications(workflow);
      expect(told).toMatchObject([{ event: 'opened', incident: opened?.id }]);
    });

    test('that meets a report of later breaches does not set its times back (P3)', async () => {
      const { open } = warden().aws.service.incidents;
      const workflow = warden().newWorkflow();
      const reportAt = (second: number) => {
        const at = new Date(Date.UTC(2030, 0, 1, 0, 0, second)).toISOString();
        return open.report(workflow, 'overdue', { markedAt: at, newestAt: at });
      };
      await reportAt(0);
      warden().clock.advance(60_000);
      const faults = new Faults(warden());
      faults.interleaveAt('UpdateItemCommand', () => reportAt(2));
      await reportAt(1);
      const latest = '2030-01-01T00:00:02.000Z';
      expect(await incidentOf(workflow)).toMatchObject({ markedAt: latest, newestAt: latest });
    });

    test('of one workflow does not affect the incidents of others (P8)', async () => {
      const [one, two] = [await failing(['a']), await failing(['a'])];
      await warden().progress(one, 'a', failed);
      await warden().progress(two, 'a', failed);
      expect((await incidentOf(one))?.id).not.toBe((await incidentOf(two))?.id);
    });

    test('is written once for all items within ten seconds, except for the first after a notification', async () => {
      const workflow = await failing(['a', 'b', 'c', 'd']);
      const reportedAt = async () => Date.parse((await incidentOf(workflow))?.reportedAt ?? '');
      const start = warden().clock.now();
      await warden().progress(workflow, 'a', failed);
      warden().clock.advance(1_000);
      await warden().progress(workflow, 'b', failed);
      expect(await reportedAt()).toBe(start + 1_000);
      warden().clock.advance(9_000);
      await warden().progress(workflow, 'c', failed);
      expect(await reportedAt()).toBe(start + 1_000);
      warden().clock.advance(1_000);
      await warden().progress(workflow, 'd', failed);
      expect(await reportedAt()).toBe(start + 11_000);
    });

    test('whose notification fails does not fail its caller, and the sweep notifies people after 20 s (P3)', async () => {
      const workflow = await failing(['a', 'b']);
      const refused = refuseNotifications(warden().aws.sns);
      try {
        expect((await warden().progress(workflow, 'a', failed)).status).toBe(200);
      } finally {
        refused.restore();
      }
      expect(await incidentOf(workflow)).toMatchObject({ notified: 0 });
      await warden().progress(workflow, 'b', failed);
      await warden().pass(19_000);
      await sweepOne(warden(), workflow);
      expect(await warden().notifications(workflow)).toEqual([]);
      await warden().pass(1_000);
      await sweepOne(warden(), workflow);
      const incident = await incidentOf(workflow);
      expect(await warden().notifications(workflow)).toMatchObject([
        { id: `${incident?.id}.1`, event: 'opened', counts: { failed: 2 } },
      ]);
      const log = warden().logLines.filter((line) => line.includes('notification failed; the sweep'));
      expect(log).toHaveLength(1);
      expect(log.join()).not.toContain('disk full');
    });

    test('whose item event fails also fails its caller, and is repeated (P3, P7)', async () => {
      const workflow = await failing(['a']);
      const refused = refuseEvents(warden().aws.sns, () => true);
      try {
        expect((await warden().progress(workflow, 'a', failed)).status).toBeGreaterThanOrEqual(500);
      } finally {
        refused.restore();
      }
      // The item has failed and was not reported: its own timer reports it at the latest.
      expect((await warden().read(workflow, 'a')).json).toMatchObject({ state: 'failed' });
      expect(await warden().events(workflow)).toEqual([]);
      await warden().pass(600_000);
      const events = await warden().events(workflow);
      expect(events).toMatchObject([{ event: 'item.failed', item: 'a' }]);
      expect(events[0]?.id).toBe(refused.refused[0]?.id);
      await sweepOne(warden(), workflow);
      expect(await warden().notifications(workflow)).toMatchObject([{ counts: { failed: 1 } }]);
    });

    test('of an item that was not reported for two minutes is made by the sweep (P1)', async () => {
      const workflow = await failing(['a', 'b']);
      await warden().progress(workflow, 'a', failed);
      await warden().notifications(workflow);
      await warden().events(workflow);
      const { items } = warden().aws.service;
      const seen = await items.readOpen(workflow, 'b');
      await warden().aws.service.timers.disarm(seen?.timer ?? '');
      warden().clock.set(Date.parse(seen?.timerAt ?? ''));
      if (seen) await items.expire(seen, seen.timerAt, 'timer');
      await warden().pass(119_000);
      await sweepOne(warden(), workflow);
      expect(await warden().events(workflow)).toEqual([]);
      await warden().pass(2_000);
      await sweepOne(warden(), workflow);
      expect(await warden().events(workflow)).toMatchObject([{ event: 'item.overdue', item: 'b' }]);
      const incident = await incidentOf(workflow);
      expect(await items.readOpen(workflow, 'b')).toMatchObject({ incident: incident?.id });
      expect((await warden().notifications(workflow)).at(-1)).toMatchObject({
        event: 'updated',
        counts: { overdue: 1, failed: 1 },
      });
    });
  });

  test('opens the incident, then publishes the item event, and only then records the report on the item (P3)', async () => {
    const warden = await startWarden();
    try {
      const faults = new Faults(warden);
      const workflow = warden.newWorkflow();
      await warden.register(workflow, 'a', { timeout: 600 });
      const seen: unknown[] = [];
      faults.interleaveAt('PublishBatchCommand', async () => {
        seen.push(await told(warden, workflow));
        faults.interleaveAt('UpdateItemCommand', async () => seen.push(await told(warden, workflow)));
      });
      await warden.progress(workflow, 'a', failed);
      faults.revive();
      expect(seen).toEqual([
        { opened: true, events: [], reported: false },
        { opened: true, events: ['item.failed'], reported: false },
      ]);
      expect(await told(warden, workflow)).toEqual({ opened: true, events: [], reported: true });
    } finally {
      await warden.close();
    }
  });
});

async function told(warden: Warden, workflow: string) {
  const { incidents, items } = warden.aws.service;
  return {
    opened: (await incidents.open.read(workflow, 'overdue')) !== undefined,
    events: (await warden.events(workflow)).map(({ event }) => event),
    reported: (await items.readOpen(workflow, 'a'))?.reportedAt !== undefined,
  };
}
