import { describe, expect, test } from 'vitest';
import { notificationText } from '../../../../core/contract/notification-text.ts';
import { refuseEvents } from '../../../support/faults.ts';
import { onOneEngine } from '../../../support/on-engines.ts';

describe('complete', () => {
  onOneEngine((warden) => {
    test('ends the watch on time and erases the item with its data (P2, P5)', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'scan-1', { timeout: 5, data: 1 });
      warden().clock.advance(3_000);
      const reply = await warden().complete(workflow, 'scan-1');
      expect(reply).toMatchObject({ status: 200, json: { outcome: 'on-time', attempt: 1, tookMs: 3_000 } });
      expect(reply.json).not.toHaveProperty('lateByMs');
      const at = new Date(warden().clock.now()).toISOString();
      const { status, json } = await warden().read(workflow, 'scan-1');
      expect({ status, ...json }).toMatchObject({
        status: 200,
        state: 'completed',
        completion: { at, outcome: 'on-time', tookMs: 3_000 },
      });
      expect(json).not.toHaveProperty('data');
      await warden().pass(10_000);
      expect(await warden().notifications(workflow)).toEqual([]);
      expect(await warden().events(workflow)).toEqual([]);
    });

    test('of an unknown item is a 404', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'scan-2', { timeout: 5 });
      expect(await warden().complete(workflow, 'scan-1')).toMatchObject({
        status: 404,
        json: { code: 'item-not-found' },
      });
    });

    test('after the item went overdue is late, and says by how much', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'scan-1', { timeout: 5 });
      await warden().pass(7_000);
      expect((await warden().complete(workflow, 'scan-1')).json).toEqual({
        outcome: 'late',
        attempt: 1,
        tookMs: 7_000,
        lateByMs: 2_000,
      });
      expect((await warden().read(workflow, 'scan-1')).json).toMatchObject({ state: 'completed' });
    });

    test('of an overdue item publishes that it is late, in the incident of the breach', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'scan-1', { timeout: 5, run: 'r1' });
      await warden().pass(7_000);
      const [{ incident } = {}] = await warden().notifications(workflow);
      await warden().complete(workflow, 'scan-1');
      const [overdue, late, ...none] = await warden().events(workflow);
      expect(overdue).toMatchObject({ event: 'item.overdue' });
      const at = new Date(warden().clock.now()).toISOString();
      const same = { item: 'scan-1', attempt: 1, run: 'r1', caughtBy: 'timer', incident, at };
      expect(late).toMatchObject({ event: 'item.late', ...same });
      expect(late?.id).not.toBe(overdue?.id);
      expect(none).toEqual([]);
    });

    test('of an overdue item whose event cannot be published is refused as retryable, and the item stays (P3, P7)', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'scan-1', { timeout: 5 });
      await warden().pass(7_000);
      const entries = refuseEvents(warden().aws.sns, ({ event }) => event === 'item.late');
      try {
        const refused = await warden().complete(workflow, 'scan-1');
        expect(refused.status).toBeGreaterThanOrEqual(500);
        expect(refused.headers['retry-after']).toBeDefined();
      } finally {
        entries.restore();
      }
      expect((await warden().read(workflow, 'scan-1')).json).toMatchObject({ state: 'overdue' });
      expect((await warden().complete(workflow, 'scan-1')).json).toMatchObject({ outcome: 'late' });
      const late = (await warden().events(workflow)).filter(({ event }) => event === 'item.late');
      expect(late.map(({ id }) => id)).toEqual(entries.refused.map(({ id }) => id));
    });

    test('of overdue items is counted, and the resolve says the outcomes of all items', async () => {
      const workflow = warden().newWorkflow();
      const items = Array.from({ length: 31 }, (_, index) => `scan-${index}`);
      for (const item of items) await warden().register(workflow, item, { timeout: 5 });
      await warden().pass(7_000);
      const [opened] = await warden().notifications(workflow);
      expect(opened).toMatchObject({ event: 'opened' });
      await warden().register(workflow, 'scan-30', { timeout: 3_600 });
      for (const item of items.slice(0, 30)) await warden().complete(workflow, item);
      await warden().passSweeping(60_000);
      const [resolved, ...none] = await warden().notifications(workflow);
      expect(none).toEqual([]);
      expect(resolved).toMatchObject({
        event: 'resolved',
        level: 'info',
        incident: opened?.incident,
        counts: { overdue: 0, failed: 0 },
        outcomes: { completedLate: 30, restarted: 1, redriven: 0, discarded: 0 },
      });
      expect(resolved && notificationText(resolved)).toContain(
        '31 items: 30 completed late, 1 registered again.',
      );
    });

    test('past the deadline is late even if the breach was not noticed, and then nobody is notified (P2)', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'scan-1', { timeout: 5 });
      warden().clock.advance(6_000);
      expect((await warden().complete(workflow, 'scan-1')).json).toMatchObject({
        outcome: 'late',
        lateByMs: 1_000,
      });
      await warden().settle();
      expect(await warden().notifications(workflow)).toEqual([]);
      expect(await warden().events(workflow)).toEqual([]);
    });

    test('public report M: of a failed item before its deadline is recovered, not late', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'scan-1', { timeout: 60 });
      await warden().progress(workflow, 'scan-1', { failed: { reason: 'x' } });
      expect((await warden().complete(workflow, 'scan-1')).json).toEqual({
        outcome: 'recovered',
        attempt: 1,
        tookMs: 0,
      });
      const events = (await warden().events(workflow)).map(({ event }) => event);
      expect(events).toEqual(['item.failed', 'item.recovered']);
    });

    test('of an older attempt or run cannot end the watch of a newer one', async () => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'scan-1', { timeout: 60, run: 'a' });
      await warden().register(workflow, 'scan-1', { timeout: 60, run: 'b', restart: true });
      expect(await warden().complete(workflow, 'scan-1', { 'if-match': '"1"' })).toMatchObject({
        status: 412,
      });
      const path = warden().itemPath(workflow, 'scan-1');
      const stale = await warden().request('DELETE', `${path}&run=a`);
      expect(stale).toMatchObject({ status: 412, json: { code: 'other-attempt' } });
      expect(stale.json.detail).toContain('"b"');
      expect((await warden().read(workflow, 'scan-1')).status).toBe(200);
      expect(
        await warden().request('DELETE', `${path}&run=b`, { headers: { 'if-match': '"2"' } }),
      ).toMatchObject({
        status: 200,
      });
    });

    test.each(['*', '1', '"1"'])('heeds If-Match: %s', async (ifMatch) => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'scan-1', { timeout: 60 });
      expect(await warden().complete(workflow, 'scan-1', { 'if-match': ifMatch })).toMatchObject({
        status: 200,
      });
    });

    test.each(['W/"1"', '"1", "2"', '"x"', '""', '0', '-1'])('refuses If-Match: %s', async (ifMatch) => {
      const workflow = warden().newWorkflow();
      await warden().register(workflow, 'scan-1', { timeout: 60 });
      expect(await warden().complete(workflow, 'scan-1', { 'if-match': ifMatch })).toMatchObject({
        status: 400,
        json: { errors: [{ path: 'If-Match' }] },
      });
      expect((await warden().read(workflow, 'scan-1')).status).toBe(200);
    });
  });
});
