import { describe, expect, test } from 'vitest';
import { limits } from '../../../../core/contract/limits.ts';
import type { Notification } from '../../../../core/contract/notification.ts';
import { timeOrderedId } from '../../../../core/model/time-ordered-id.ts';
import { acknowledgeIncident } from '../../../../core/operations/incidents/acknowledge-incident.ts';
import { finishEnding } from '../../../../core/operations/incidents/end-incident.ts';
import { HeldBack } from '../../../../core/operations/incidents/held-back.ts';
import { Faults } from '../../../support/faults.ts';
import { onOneEngine } from '../../../support/on-engines.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { Warden } from '../../../support/warden.ts';

const minute = 60_000;
/** The longest interval of sweeps that is not an outage of the warden. */
const seldom = 4 * minute;

/** A workflow with an overdue item that was notified, and a reminder every 10 minutes. */
async function overdueWorkflow(warden: Warden): Promise<{ workflow: string; id: string }> {
  const workflow = warden.newWorkflow();
  const body = { notifications: { reminder: 'PT10M' } };
  await warden.request('PUT', `/v1/workflows/${workflow}`, { body });
  await warden.register(workflow, 'a', { timeout: 30 });
  await warden.passSweeping(minute);
  const { json } = await warden.request('GET', `/v1/incidents?workflow=${workflow}`);
  return { workflow, id: json.incidents[0].id };
}

const eventsOf = (told: Notification[]) => told.map(({ event }) => event);

describe('acknowledging an incident', () => {
  onOneEngine((warden) => {
    const acknowledge = (id: string, body: unknown = { acknowledged: true }) =>
      warden().request('PATCH', `/v1/incidents/${id}`, { body });
    const read = async (id: string) => (await warden().request('GET', `/v1/incidents/${id}`)).json;

    test('stops reminders until the incident gets worse (P6)', async () => {
      const { workflow, id } = await overdueWorkflow(warden());
      await warden().passSweeping(12 * minute, seldom);
      expect(eventsOf(await warden().notifications(workflow))).toEqual(['opened', 'reminder']);
      const at = new Date(warden().clock.now()).toISOString();
      const { status, json } = await acknowledge(id, { acknowledged: true, note: 'disk full\nordered' });
      expect(status).toBe(200);
      const acknowledged = { at, by: 'open', note: 'disk full\nordered' };
      expect(json.acknowledged).toEqual(acknowledged);
      expect(json.timeline.at(-1)).toEqual({ ...acknowledged, event: 'acknowledged' });
      expect(await read(id)).toEqual(json);
      await warden().passSweeping(24 * minute, seldom);
      expect(await warden().notifications(workflow)).toEqual([]);

      await warden().register(workflow, 'b', { timeout: 30 });
      await warden().passSweeping(minute);
      const worse = await warden().notifications(workflow);
      expect(worse).toMatchObject([{ event: 'updated', counts: { overdue: 2 } }]);
      expect(worse[0]).not.toHaveProperty('acknowledged');
      expect(await read(id)).not.toHaveProperty('acknowledged');
      await warden().passSweeping(12 * minute, seldom);
      expect(eventsOf(await warden().notifications(workflow))).toEqual(['reminder']);

      expect((await acknowledge(id)).json.acknowledged).toMatchObject({ by: 'open' });
      await warden().passSweeping(24 * minute, seldom);
      expect(await warden().notifications(workflow)).toEqual([]);
      const acknowledgements = (await read(id)).timeline.filter(
        ({ event }: { event: string }) => event === 'acknowledged',
      );
      expect(acknowledgements).toHaveLength(2);
    });

    test('delays neither its updates nor its end', async () => {
      const { workflow, id } = await overdueWorkflow(warden());
      await warden().register(workflow, 'b', { timeout: 30 });
      await warden().passSweeping(2 * minute);
      await acknowledge(id);
      await warden().notifications(workflow);
      await warden().complete(workflow, 'a');
      await warden().passSweeping(4 * minute, seldom);
      const [update] = await warden().notifications(workflow);
      expect(update).toMatchObject({
        event: 'updated',
        counts: { overdue: 1 },
        acknowledged: { by: 'open' },
      });
      await warden().complete(workflow, 'b');
      await warden().passSweeping(minute);
      expect(eventsOf(await warden().notifications(workflow))).toEqual(['resolved']);
      expect(await read(id)).toMatchObject({ state: 'resolved', acknowledged: { by: 'open' } });
    });

    test('again changes nothing while it holds (P4)', async () => {
      const { id } = await overdueWorkflow(warden());
      const first = await acknowledge(id);
      warden().clock.advance(minute);
      expect((await acknowledge(id)).json).toEqual(first.json);
      const note = await acknowledge(id, { acknowledged: true, note: 'mine' });
      expect(note.json.acknowledged).toMatchObject({ note: 'mine' });
      warden().clock.advance(minute);
      const request = { acknowledged: true as const, note: 'mine' };
      const visible = ['*'];
      const other = { incident: id, request, by: 'another', visible, note: async () => {} };
      const taken = await acknowledgeIncident(warden().aws.service, other);
      expect(taken.acknowledged).toMatchObject({ by: 'another' });
      expect(taken.timeline.map(({ event }) => event)).toEqual([
        'opened',
        'notified',
        'acknowledged',
        'acknowledged',
        'acknowledged',
      ]);
    });

    test('that is resolved is a conflict, of an unknown one a 404', async () => {
      const { workflow, id } = await overdueWorkflow(warden());
      await warden().complete(workflow, 'a');
      await warden().passSweeping(2 * minute);
      const before = await read(id);
      expect(await acknowledge(id)).toMatchObject({ status: 409, json: { code: 'incident-resolved' } });
      expect(await read(id)).toEqual(before);
      const none = timeOrderedId(warden().clock.now());
      expect(await acknowledge(none)).toMatchObject({ status: 404, json: { code: 'incident-not-found' } });
    });

    test.each([
      [{}, 'acknowledged'],
      [{ acknowledged: false }, 'acknowledged'],
      [{ acknowledged: 'yes' }, 'acknowledged'],
      [{ acknowledged: true, note: '' }, 'note'],
      [{ acknowledged: true, note: 'x'.repeat(limits.noteCharacters + 1) }, 'note'],
      [{ acknowledged: true, note: '\u0000' }, 'note'],
      [{ acknowledged: true, by: 'somebody else' }, 'by'],
    ])('with %j is refused, naming %s (P7)', async (body, path) => {
      const { incident } = await warden().aws.service.incidents.open.report(
        warden().newWorkflow(),
        'overdue',
      );
      const reply = await acknowledge(incident.id, body);
      expect(reply).toMatchObject({ status: 400, json: { code: 'invalid-request', errors: [{ path }] } });
      expect(await read(incident.id)).not.toHaveProperty('acknowledged');
    });
  });
});

describe('an acknowledgement', () => {
  const body = { acknowledged: true };

  async function withWarden(work: (warden: Awaited<ReturnType<typeof startWarden>>) => Promise<void>) {
    const warden = await startWarden();
    try {
      await work(warden);
    } finally {
      await warden.close();
    }
  }

  test('whose reply from the database was lost is recorded once (P4)', () =>
    withWarden(async (warden) => {
      const { id } = await overdueWorkflow(warden);
      const faults = new Faults(warden);
      // The incident, the workflow, its counts, the outcomes and the audit log come first.
      faults.loseReplyAt(20);
      const { status } = await warden.request('PATCH', `/v1/incidents/${id}`, { body });
      expect(faults.calls.slice(18, 21)).toEqual([
        'BatchGetItemCommand',
        'PutItemCommand',
        'UpdateItemCommand',
      ]);
      expect(status).toBe(200);
      const { json } = await warden.request('GET', `/v1/incidents/${id}`);
      const noted = json.timeline.filter(({ event }: { event: string }) => event === 'acknowledged');
      expect(noted).toHaveLength(1);
    }));

  test('that arrives while people are notified is recorded too', () =>
    withWarden(async (warden) => {
      const { workflow, id } = await overdueWorkflow(warden);
      const faults = new Faults(warden);
      faults.interleave(1, async () => {
        faults.revive();
        warden.clock.advance(minute);
        await warden.register(workflow, 'b', { timeout: 30 });
        await warden.passSweeping(minute);
      });
      const { status, json } = await warden.request('PATCH', `/v1/incidents/${id}`, { body });
      expect(status).toBe(200);
      const events = json.timeline.map(({ event }: { event: string }) => event);
      expect(events).toEqual(['opened', 'notified', 'notified', 'acknowledged']);
      const record = await warden.aws.service.incidents.open.read(workflow, 'overdue');
      expect(record).toMatchObject({ acknowledged: { overdue: 2, failed: 0 } });
    }));

  test('of an incident that has just ended is a conflict', () =>
    withWarden(async (warden) => {
      const { workflow, id } = await overdueWorkflow(warden);
      const faults = new Faults(warden);
      faults.interleave(1, async () => {
        faults.revive();
        await warden.complete(workflow, 'a');
        await warden.passSweeping(minute);
      });
      const reply = await warden.request('PATCH', `/v1/incidents/${id}`, { body });
      expect(reply).toMatchObject({ status: 409, json: { code: 'incident-resolved' } });
    }));

  test('between the decision to end the incident and its end is not lost', () =>
    withWarden(async (warden) => {
      const { workflow, id } = await overdueWorkflow(warden);
      const { incidents } = warden.aws.service;
      const seen = await incidents.open.read(workflow, 'overdue');
      if (!seen) throw new Error('no incident');
      const ended = { ...seen, resolvedAt: seen.openedAt };
      await incidents.ending.put(ended);
      const { status } = await warden.request('PATCH', `/v1/incidents/${id}`, { body });
      expect(status).toBe(200);
      await finishEnding(warden.aws.service, ended, new HeldBack());
      await warden.complete(workflow, 'a');
      await warden.passSweeping(minute);
      const { json } = await warden.request('GET', `/v1/incidents/${id}`);
      expect(json).toMatchObject({ state: 'resolved', acknowledged: { by: 'open' } });
    }));
});
