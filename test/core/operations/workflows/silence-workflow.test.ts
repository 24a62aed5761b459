import { describe, expect, test } from 'vitest';
import { limits } from '../../../../core/contract/limits.ts';
import type { Notification } from '../../../../core/contract/notification.ts';
import { onOneEngine } from '../../../support/on-engines.ts';
import type { Warden } from '../../../support/warden.ts';

const minute = 60_000;
/** The longest interval of sweeps that is not an outage of the warden. */
const seldom = 4 * minute;
const day = 24 * 60 * minute;

const ahead = (warden: Warden, ms: number) => new Date(warden.clock.now() + ms).toISOString();
const eventsOf = (told: Notification[]) => told.map(({ event }) => event);

describe('a silence', () => {
  onOneEngine((warden) => {
    const path = (workflow: string) => `/v1/workflows/${workflow}`;
    const put = (workflow: string, body: unknown) =>
      warden().request('PUT', `${path(workflow)}/silence`, { body: { create: true, ...(body as object) } });
    const silence = (workflow: string, ms: number, reason = 'moving house') =>
      put(workflow, { until: ahead(warden(), ms), reason });
    const get = async (workflow: string) => (await warden().request('GET', path(workflow))).json;
    const incidentsOf = async (workflow: string) =>
      (await warden().request('GET', `/v1/incidents?workflow=${workflow}`)).json.incidents;
    const timelineOf = async (workflow: string) => {
      const [{ id }] = await incidentsOf(workflow);
      return (await warden().request('GET', `/v1/incidents/${id}`)).json.timeline;
    };
    /** The item fails at once, so that people would be notified at once. */
    async function fail(workflow: string, item: string): Promise<void> {
      await warden().register(workflow, item, { timeout: 86_400 });
      await warden().progress(workflow, item, { failed: { reason: 'no room' } });
    }

    test('holds back all notifications, while incidents and item events continue, and ends with one summary (P6)', async () => {
      const workflow = warden().newWorkflow();
      const from = ahead(warden(), 0);
      const until = ahead(warden(), 16 * minute);
      const reply = await put(workflow, { until, reason: 'moving house' });
      expect(reply).toMatchObject({
        status: 200,
        json: { from, until, reason: 'moving house', by: 'open' },
      });
      await warden().register(workflow, 'a', { timeout: 30 });
      await fail(workflow, 'b');
      await warden().passSweeping(minute);
      await fail(workflow, 'c');
      await warden().passSweeping(12 * minute, seldom);
      expect(await warden().notifications(workflow)).toEqual([]);
      const events = await warden().events(workflow);
      expect(events.map(({ event }) => event)).toEqual(['item.failed', 'item.overdue', 'item.failed']);
      expect(await incidentsOf(workflow)).toMatchObject([{ state: 'open', notifications: 0 }]);
      const silenced = { event: 'silenced', by: 'open', until, counts: { overdue: 1, failed: 1 } };
      expect(await timelineOf(workflow)).toMatchObject([{ event: 'opened' }, silenced]);

      await warden().passSweeping(4 * minute, seldom);
      const told = await warden().notifications(workflow);
      expect(told).toMatchObject([
        { event: 'opened', silenceEnded: true, counts: { overdue: 1, failed: 2 } },
      ]);
      await warden().passSweeping(12 * minute, seldom);
      expect(await warden().notifications(workflow)).toEqual([]);
    });

    test('during an open incident holds back what is new, for one summary at its end', async () => {
      const workflow = warden().newWorkflow();
      await fail(workflow, 'a');
      expect(eventsOf(await warden().notifications(workflow))).toEqual(['opened']);
      await warden().passSweeping(minute);
      await silence(workflow, 10 * minute);
      await fail(workflow, 'b');
      await warden().passSweeping(8 * minute, seldom);
      expect(await warden().notifications(workflow)).toEqual([]);
      await warden().passSweeping(4 * minute, seldom);
      const told = await warden().notifications(workflow);
      expect(told).toMatchObject([
        { event: 'updated', silenceEnded: true, counts: { failed: 2 }, changes: { failed: 1 } },
      ]);
      expect((await timelineOf(workflow)).map(({ event }: { event: string }) => event)).toEqual([
        'opened',
        'notified',
        'silenced',
        'silence-ended',
        'notified',
      ]);
    });

    test('in which an incident opens and ends has no summary', async () => {
      const workflow = warden().newWorkflow();
      await silence(workflow, 8 * minute);
      await fail(workflow, 'a');
      await warden().passSweeping(minute);
      await warden().complete(workflow, 'a');
      await warden().passSweeping(12 * minute, seldom);
      expect(await warden().notifications(workflow)).toEqual([]);
      expect(await incidentsOf(workflow)).toMatchObject([{ state: 'resolved', notifications: 0 }]);
    });

    test('silences no other workflow', async () => {
      const [workflow, other] = [warden().newWorkflow(), warden().newWorkflow()];
      await silence(workflow, minute);
      await fail(other, 'a');
      expect(eventsOf(await warden().notifications(other))).toEqual(['opened']);
    });

    test('is over at its end, also for the function that notifies at once', async () => {
      const [before, after] = [warden().newWorkflow(), warden().newWorkflow()];
      for (const workflow of [before, after]) await silence(workflow, minute);
      warden().clock.advance(minute - 1);
      await fail(before, 'a');
      expect(await get(after)).toHaveProperty('silence');
      warden().clock.advance(1);
      await fail(after, 'a');
      expect(await get(after)).not.toHaveProperty('silence');
      expect(await warden().notifications(before)).toEqual([]);
      expect(eventsOf(await warden().notifications(after))).toEqual(['opened']);
    });

    test('replaces the one before, whether it is shorter or longer', async () => {
      const workflow = warden().newWorkflow();
      const first = (await silence(workflow, 60 * minute)).json;
      await fail(workflow, 'a');
      await warden().passSweeping(minute);
      const longer = (await silence(workflow, 120 * minute, 'still moving')).json;
      expect(longer).toEqual({ ...first, until: ahead(warden(), 120 * minute), reason: 'still moving' });
      expect((await get(workflow)).silence).toEqual(longer);
      await silence(workflow, 2 * minute, 'nearly done');
      await warden().passSweeping(minute);
      expect(await warden().notifications(workflow)).toEqual([]);
      await warden().passSweeping(minute);
      expect(await warden().notifications(workflow)).toMatchObject([{ silenceEnded: true }]);
      const next = (await silence(workflow, minute)).json;
      expect(next.from).toBe(ahead(warden(), 0));
    });

    test('requested again is the same (P4)', async () => {
      const workflow = warden().newWorkflow();
      const body = {
        until: ahead(warden(), 60 * minute).replace('.000Z', '+00:00'),
        reason: 'moving house',
      };
      const first = await put(workflow, body);
      warden().clock.advance(minute);
      expect((await put(workflow, body)).json).toEqual(first.json);
      expect((await get(workflow)).silence).toEqual(first.json);
    });

    test('is shown with its workflow, and stays when the settings are saved', async () => {
      const workflow = warden().newWorkflow();
      const { json } = await silence(workflow, 60 * minute);
      expect(await get(workflow)).toMatchObject({ workflow, silence: json, counts: { waiting: 0 } });
      const saved = await warden().request('PUT', path(workflow), { body: { timeout: 60 } });
      expect(saved).toMatchObject({ status: 200, json: { timeout: 60, silence: json } });
      await silence(workflow, 30 * minute);
      expect(await get(workflow)).toMatchObject({ timeout: 60 });
      const { json: list } = await warden().request('GET', '/v1/workflows?limit=200');
      const shown = list.workflows.find((one: { workflow: string }) => one.workflow === workflow);
      expect(shown.silence).toMatchObject({ until: ahead(warden(), 30 * minute) });
    });

    test('brings a removed workflow back; removing a workflow ends its silence', async () => {
      const workflow = warden().newWorkflow();
      await silence(workflow, 60 * minute);
      expect((await warden().request('DELETE', path(workflow))).status).toBe(204);
      await fail(workflow, 'a');
      expect(eventsOf(await warden().notifications(workflow))).toEqual(['opened']);
      expect(await get(workflow)).not.toHaveProperty('silence');
      await warden().complete(workflow, 'a');
      await warden().request('DELETE', path(workflow));
      await silence(workflow, 60 * minute);
      expect(await get(workflow)).toHaveProperty('silence');
    });

    test('never lasts for ever: it ends in the future and at most 30 days ahead (P7)', async () => {
      const workflow = warden().newWorkflow();
      for (const [ms, fault] of [
        [0, 'in the past'],
        [-day, 'in the past'],
        [30 * day + 1, 'too far'],
        [400 * day, 'too far'],
      ] as const) {
        const { status, json } = await silence(workflow, ms);
        expect({ status, code: json.code }).toEqual({ status: 422, code: 'silence-out-of-range' });
        expect(json.errors).toMatchObject([{ path: 'until' }]);
        const allowed = `${ahead(warden(), 0)} to ${ahead(warden(), 30 * day)}`;
        expect(json.errors[0].message).toContain(fault);
        expect(json.errors[0].message).toContain(allowed);
      }
      expect((await warden().request('GET', path(workflow))).status).toBe(404);
      for (const ms of [30 * day, 1]) expect((await silence(workflow, ms)).status).toBe(200);
    });

    test('of a mistyped workflow is a 404, unless the request is to create it (public report L, P7)', async () => {
      const workflow = warden().newWorkflow();
      const body = { until: ahead(warden(), minute), reason: 'deploy' };
      const url = `${path(workflow)}/silence`;
      const refused = await warden().request('PUT', url, { body });
      expect([refused.status, refused.json.code]).toEqual([404, 'workflow-not-found']);
      expect((await warden().request('GET', path(workflow))).status).toBe(404);
      expect((await warden().request('PUT', url, { body: { ...body, create: true } })).status).toBe(200);
      expect((await warden().request('PUT', url, { body })).status).toBe(200);
    });

    test.each([
      [{}, 'until'],
      [{ until: '2026-03-01T13:00:00Z' }, 'reason'],
      [{ until: 'tomorrow', reason: 'x' }, 'until'],
      [{ until: 3600, reason: 'x' }, 'until'],
      [{ until: null, reason: 'x' }, 'until'],
      [{ until: '2026-03-01T13:00:00Z', reason: '' }, 'reason'],
      [{ until: '2026-03-01T13:00:00Z', reason: 'x'.repeat(limits.reasonCharacters + 1) }, 'reason'],
      [{ until: '2026-03-01T13:00:00Z', reason: 'x', by: 'me' }, 'by'],
    ])('with %j is refused, naming %s (P7)', async (body, at) => {
      const reply = await put('bad-silence', body);
      expect(reply).toMatchObject({ status: 400, json: { code: 'invalid-request' } });
      expect(reply.json.errors.map(({ path }: { path: string }) => path)).toContain(at);
    });

    test('has a reason that is never logged, whatever happens to it (P9)', async () => {
      const workflow = warden().newWorkflow();
      const reason = 'the merger with Acme';
      await silence(workflow, 10 * minute, reason);
      await silence(workflow, 40 * day, reason);
      await put(workflow, { until: 'soon', reason });
      await warden().request('PUT', `${path(workflow)}/silence`, { text: `{"reason":"${reason}"` });
      await fail(workflow, 'a');
      await warden().passSweeping(12 * minute, seldom);
      expect(JSON.stringify(await warden().notifications(workflow))).not.toContain('Acme');
      expect(warden().logLines.join()).toContain(workflow);
      expect(warden().logLines.join()).not.toContain('Acme');
    });
  });
});
