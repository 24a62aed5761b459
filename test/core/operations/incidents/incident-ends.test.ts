import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { finishEnding } from '../../../../core/operations/incidents/end-incident.ts';
import { HeldBack } from '../../../../core/operations/incidents/held-back.ts';
import { knowEmptyQueues } from '../../../support/empty-queues.ts';
import { startWarden } from '../../../support/start-warden.ts';
import { sweepOne } from '../../../support/sweep-one.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

const second = 1_000;
const minute = 60 * second;

let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden();
  knowEmptyQueues(warden);
});
afterAll(() => warden.close());

const told = async (workflow: string) => (await warden.notifications(workflow)).map(({ event }) => event);
const incidentsOf = async (workflow: string) =>
  (await warden.request('GET', `/v1/incidents?workflow=${workflow}`)).json.incidents;

async function silence(workflow: string, ms: number): Promise<void> {
  const body = { until: new Date(warden.clock.now() + ms).toISOString(), reason: 'deploy' };
  expect((await warden.request('PUT', `/v1/workflows/${workflow}/silence`, { body })).status).toBe(200);
}

/** Of each kind an incident that people were notified of, and what ends it. */
const kinds = {
  overdue: {
    begin: async (workflow: string) => {
      await warden.register(workflow, 'a', { timeout: 5 });
      await warden.pass(6 * second);
    },
    end: async (workflow: string) => {
      await warden.complete(workflow, 'a');
      warden.clock.advance(2 * minute);
    },
  },
  warning: {
    begin: async (workflow: string) => {
      await warden.register(workflow, 'a', { timeout: 3_600, warnAfter: 5 });
      await warden.pass(6 * second);
    },
    end: async (workflow: string) => {
      await warden.complete(workflow, 'a');
      warden.clock.advance(10 * minute);
    },
  },
  shortfall: {
    begin: async (workflow: string) => {
      const path = `/v1/workflows/${workflow}`;
      await warden.request('PUT', path, { body: { expect: { atLeast: 1, every: 60 } } });
      for (let passed = 0; passed < 6; passed++) {
        await warden.pass(minute);
        await warden.sweep();
      }
    },
    end: async (workflow: string) => {
      await warden.request('PUT', `/v1/workflows/${workflow}`, { body: {} });
      warden.clock.advance(second);
    },
  },
} as const;

describe.each(Object.keys(kinds) as (keyof typeof kinds)[])('an incident of kind %s', (kind) => {
  const { begin, end } = kinds[kind];

  async function begun(): Promise<string> {
    const workflow = warden.newWorkflow();
    await begin(workflow);
    expect(await told(workflow)).toEqual(['opened']);
    return workflow;
  }

  test('public report B: is told to be over', async () => {
    const workflow = await begun();
    await end(workflow);
    await sweepOne(warden, workflow);
    expect(await told(workflow)).toEqual(['resolved']);
  });

  test('public report B: that ends in a silence is told to be over when the silence ends, once', async () => {
    const workflow = await begun();
    await silence(workflow, 20 * minute);
    await sweepOne(warden, workflow);
    await end(workflow);
    await sweepOne(warden, workflow);
    await warden.sweep();
    expect(await told(workflow)).toEqual([]);
    const [resolved] = await incidentsOf(workflow);
    expect(resolved).toMatchObject({ state: 'resolved', notifications: 1 });

    warden.clock.advance(20 * minute);
    await warden.sweep();
    const [last, ...more] = await warden.notifications(workflow);
    expect(more).toEqual([]);
    const { resolvedAt } = resolved;
    expect(last).toMatchObject({ event: 'resolved', level: 'info', incident: resolved.id, resolvedAt });
    expect(last?.silenceEnded).toBe(true);
    const { json } = await warden.request('GET', `/v1/incidents/${resolved.id}`);
    expect(json.timeline.map(({ event }: { event: string }) => event)).toEqual([
      'opened',
      'notified',
      'silenced',
      'resolved',
      'silence-ended',
      'notified',
    ]);
    await warden.sweep();
    expect(await told(workflow)).toEqual([]);
  });
});

test('public report B: an end that waits for a silence holds up no new incident, and is told of before it', async () => {
  const { begin, end } = kinds.overdue;
  const workflow = warden.newWorkflow();
  await begin(workflow);
  await silence(workflow, 30 * minute);
  await end(workflow);
  await sweepOne(warden, workflow);
  await warden.register(workflow, 'b', { timeout: 5 });
  await warden.pass(6 * second);
  await warden.sweep();
  const incidents = await incidentsOf(workflow);
  expect(incidents.map(({ state }: { state: string }) => state)).toEqual(['open', 'resolved']);
  expect(await told(workflow)).toEqual(['opened']);
  warden.clock.advance(30 * minute);
  await warden.sweep();
  const [resolved, opened] = await warden.notifications(workflow);
  expect(resolved).toMatchObject({ event: 'resolved', incident: incidents[1].id });
  expect(opened).toMatchObject({ event: 'opened', incident: incidents[0].id, counts: { overdue: 1 } });
});

test('public report B: an end that waits for a silence is told of after a crash that left the copy only', async () => {
  const workflow = warden.newWorkflow();
  await kinds.overdue.begin(workflow);
  await warden.complete(workflow, 'a');
  const { incidents } = warden.aws.service;
  const seen = await incidents.open.read(workflow, 'overdue');
  if (!seen) throw new Error('no incident');
  await silence(workflow, 5 * minute);
  const resolvedAt = new Date(warden.clock.now()).toISOString();
  const ended = { ...seen, resolvedAt, endCounts: { overdue: 0, failed: 0 } };
  await incidents.ending.put(ended);
  await finishEnding(warden.aws.service, ended, new HeldBack());
  expect(await incidents.open.read(workflow, 'overdue')).toBeUndefined();
  await warden.sweep();
  expect(await told(workflow)).toEqual(['opened']);
  expect((await warden.request('DELETE', `/v1/workflows/${workflow}/silence`)).status).toBe(204);
  await warden.sweep();
  expect(await told(workflow)).toEqual(['resolved']);
  expect(await incidents.ending.read(seen.id)).toBeUndefined();
});

describe('users 4: items that were resumed', () => {
  async function resume(workflow: string, body: unknown): Promise<void> {
    const { status } = await warden.request('POST', `/v1/workflows/${workflow}/redrives`, { body });
    expect(status).toBe(202);
    await warden.functions.runRedrives();
  }
  const read = async (id: string) => (await warden.request('GET', `/v1/incidents/${id}`)).json;

  async function resumed(): Promise<{ workflow: string; id: string }> {
    const workflow = warden.newWorkflow();
    for (const item of ['a', 'b', 'c']) {
      await warden.register(workflow, item, { timeout: 600 });
      await warden.progress(workflow, item, { failed: { reason: 'x' } });
    }
    const [{ id }] = await incidentsOf(workflow);
    await resume(workflow, { timeout: 1_200 });
    await warden.notifications(workflow);
    return { workflow, id };
  }

  test('and are worked on keep their incident open as recovering, which is told once', async () => {
    const { workflow, id } = await resumed();
    expect(await read(id)).toMatchObject({ state: 'recovering', recovering: { items: 3 } });
    const sent = [];
    for (let passed = 0; passed < 10; passed++) {
      warden.clock.advance(minute);
      await sweepOne(warden, workflow);
      sent.push(...(await warden.notifications(workflow)));
    }
    expect(sent).toMatchObject([{ event: 'updated', level: 'info', recovering: { items: 3 } }]);
    await warden.complete(workflow, 'a');
    await warden.complete(workflow, 'b');
    await sweepOne(warden, workflow);
    expect(await read(id)).toMatchObject({ state: 'recovering', recovering: { items: 1 } });
    await warden.complete(workflow, 'c');
    await sweepOne(warden, workflow);
    expect(await warden.notifications(workflow)).toMatchObject([
      { event: 'resolved', outcomes: { redriven: 3, completedLate: 0 } },
    ]);
    expect(await read(id)).toMatchObject({ state: 'resolved' });
  });

  test('and are overdue again are of the same incident, which is told again', async () => {
    const { workflow, id } = await resumed();
    warden.clock.advance(2 * minute);
    await sweepOne(warden, workflow);
    expect(await told(workflow)).toEqual(['updated']);
    await warden.complete(workflow, 'a');
    await warden.passSweeping(20 * minute, 4 * minute);
    expect(await read(id)).toMatchObject({ state: 'open', counts: { overdue: 2, failed: 0 } });
    expect(await warden.notifications(workflow)).toMatchObject([
      { event: 'updated', level: 'alert', incident: id, counts: { overdue: 2 } },
    ]);
  });

  test('users 8: and what became of their redrive are in the timeline', async () => {
    const workflow = warden.newWorkflow();
    await warden.register(workflow, 'a', { timeout: 600 });
    await warden.progress(workflow, 'a', { failed: { reason: 'x' } });
    const [{ id }] = await incidentsOf(workflow);
    const redrives = `/v1/workflows/${workflow}/redrives`;
    const { json } = await warden.request('POST', redrives, { body: {} });
    for (const action of ['pause', 'pause', 'continue']) {
      await warden.request('PATCH', `${redrives}/${json.id}`, { body: { action } });
    }
    await warden.functions.runRedrives();
    await warden.functions.runRedrives();
    const entries = (await read(id)).timeline.filter(
      ({ redrive }: { redrive?: string }) => redrive === json.id,
    );
    expect(entries).toMatchObject([
      { event: 'redrive-paused', by: 'open' },
      { event: 'redrive-continued', by: 'open' },
      { event: 'redrive', by: 'open', items: 1 },
      { event: 'redrive-ended', items: 1 },
    ]);
    await warden.progress(workflow, 'a', { failed: { reason: 'again' } });
    const again = await warden.request('POST', redrives, { body: {} });
    await warden.request('PATCH', `${redrives}/${again.json.id}`, { body: { action: 'abort' } });
    await warden.functions.runRedrives();
    expect((await read(id)).timeline.at(-1)).toMatchObject({ event: 'redrive-aborted', by: 'open' });
  });
});
