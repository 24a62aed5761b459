import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Scope } from '../../../../core/contract/scope.ts';
import { timeOrderedId } from '../../../../core/model/time-ordered-id.ts';
import { onOneEngine } from '../../../support/on-engines.ts';
import { startWarden } from '../../../support/start-warden.ts';
import { bearer, makeToken } from '../../../support/tokens.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

describe('an incident is read', () => {
  onOneEngine((warden) => {
    const read = (id: string) => warden().request('GET', `/v1/incidents/${id}`);

    test('from its opening to its end, with all notifications and the outcomes of its items', async () => {
      const workflow = warden().newWorkflow();
      const opened = new Date(warden().clock.now() + 60_000).toISOString();
      await warden().register(workflow, 'a', { timeout: 60 });
      await warden().register(workflow, 'b', { timeout: 90 });
      await warden().pass(60_000);
      const { json: list } = await warden().request('GET', `/v1/incidents?workflow=${workflow}`);
      const [{ id }] = list.incidents;
      const first = await read(id);
      expect(first.status).toBe(200);
      const nothing = { completedLate: 0, restarted: 0, redriven: 0, discarded: 0 };
      const counts = { overdue: 1, failed: 0 };
      expect(first.json).toEqual({
        id,
        workflow,
        kind: 'overdue',
        state: 'open',
        openedAt: opened,
        counts,
        outcomes: nothing,
        notifications: 1,
        notifiedAt: opened,
        timeline: [
          { at: opened, event: 'opened' },
          {
            at: opened,
            event: 'notified',
            notification: { id: `${id}.1`, event: 'opened' },
            counts,
            outcomes: nothing,
          },
        ],
      });

      await warden().passSweeping(120_000);
      expect((await read(id)).json).toMatchObject({ counts: { overdue: 2 }, notifications: 2 });
      await warden().complete(workflow, 'a');
      await warden().register(workflow, 'b', { timeout: 600 });
      await warden().passSweeping(60_000);
      const last = (await read(id)).json;
      expect(last).toMatchObject({
        state: 'resolved',
        counts: { overdue: 0, failed: 0 },
        outcomes: { completedLate: 1, restarted: 1 },
        notifications: 3,
      });
      expect(last.timeline.map(({ event }: { event: string }) => event)).toEqual([
        'opened',
        'notified',
        'notified',
        'resolved',
        'notified',
      ]);
      expect(last.resolvedAt).toBe(last.timeline.at(-2).at);
      expect(last.timeline.at(-1).notification).toMatchObject({ event: 'resolved' });
    });

    test('while people are notified of its end', async () => {
      const { service } = warden().aws;
      const { incident } = await service.incidents.open.report(warden().newWorkflow(), 'overdue');
      await service.incidents.ending.put({ ...incident, resolvedAt: incident.openedAt });
      expect((await read(incident.id)).json).toMatchObject({ state: 'open' });
      await service.incidents.open.remove(incident);
      expect((await read(incident.id)).json).toMatchObject({ state: 'resolved' });
    });

    test('as far as it can be read, if another version has written it', async () => {
      const { service, dynamodb, environment } = warden().aws;
      const { incident } = await service.incidents.open.report(warden().newWorkflow(), 'overdue');
      const { at } = incident.timeline[0] ?? { at: '' };
      const counts = { overdue: 3, failed: 1, imagined: 7 };
      const timeline = [
        ...incident.timeline,
        { at, event: 'escalated', to: 'the boss' },
        {
          at,
          event: 'notified',
          notification: { id: `${incident.id}.1`, event: 'opened' },
          counts,
          mood: 'grim',
        },
      ];
      const Item = marshall({ ...incident, timeline, more: true });
      await dynamodb.send(new PutItemCommand({ TableName: environment.REGISTRY_TABLE, Item }));
      const { json } = await read(incident.id);
      // It is open, so they are counted now.
      expect(json.counts).toEqual({ overdue: 0, failed: 0 });
      expect(json.timeline).toEqual([
        { at, event: 'opened' },
        {
          at,
          event: 'notified',
          notification: { id: `${incident.id}.1`, event: 'opened' },
          counts: { overdue: 3, failed: 1 },
        },
      ]);
      expect(json).not.toHaveProperty('more');
    });

    test('even if another one cannot be read (P8)', async () => {
      const { service, dynamodb, environment } = warden().aws;
      const base = warden().newWorkflow();
      const { incident } = await service.incidents.open.report(`${base}b`, 'overdue');
      const Item = marshall({ kind: 'open-incident', name: `${base}a#overdue` });
      await dynamodb.send(new PutItemCommand({ TableName: environment.REGISTRY_TABLE, Item }));
      expect((await read(incident.id)).status).toBe(200);
      expect(warden().logLines.join()).toContain(`${base}a#overdue`);
    });

    test('only by the id of an incident', async () => {
      const id = timeOrderedId(warden().clock.now());
      const reply = await read(id);
      expect(reply).toMatchObject({ status: 404, json: { code: 'incident-not-found' } });
      for (const other of ['x', id.toUpperCase(), `${id}0`, '%00']) {
        expect(await read(other), other).toMatchObject({ status: 400, json: { code: 'invalid-request' } });
      }
    });
  });
});

describe('a token', () => {
  let warden: EmbeddedWarden;
  let own: string;
  let other: string;
  beforeAll(async () => {
    warden = await startWarden({ auth: true });
    const { service } = warden.aws;
    const { incidents } = service;
    own = (await service.incidents.open.report('own', 'overdue')).incident.id;
    await service.incidents.open.report('team-a', 'overdue');
    other = (await service.incidents.open.report('other', 'overdue')).incident.id;
    const { incident } = await service.incidents.open.report('owner', 'overdue');
    await incidents.past.put({ ...incident, resolvedAt: incident.openedAt });
    await incidents.open.remove(incident);
  });
  afterAll(() => warden.close());

  async function as(scopes: Scope[], workflows = ['own', 'team-*']): Promise<Record<string, string>> {
    return bearer((await makeToken(warden, { scopes, workflows })).token);
  }
  const body = { acknowledged: true };

  test('lists the incidents of the workflows that it reaches, and no others (P9)', async () => {
    const workflowsSeen = async (headers: Record<string, string>, query = '') => {
      const { json } = await warden.request('GET', `/v1/incidents${query}`, { headers });
      return json.incidents.map(({ workflow }: { workflow: string }) => workflow);
    };
    expect(await workflowsSeen(await as(['read']))).toEqual(['own', 'team-a']);
    expect(await workflowsSeen(await as(['read']), '?workflow=own')).toEqual(['own']);
    expect(await workflowsSeen(await as(['admin'], ['*']))).toEqual(['other', 'own', 'team-a', 'owner']);
  });

  test('that asks for the incidents of another workflow is refused, whether it exists or not (P9)', async () => {
    const headers = await as(['read']);
    for (const workflow of ['other', 'no-such']) {
      const reply = await warden.request('GET', `/v1/incidents?workflow=${workflow}`, { headers });
      expect(reply).toMatchObject({ status: 403, json: { code: 'forbidden' } });
    }
  });

  test('finds no incident of another workflow, as if there were none (P9)', async () => {
    const headers = await as(['read', 'operate']);
    const none = timeOrderedId(warden.clock.now());
    const { json: list } = await warden.request('GET', '/v1/incidents?state=resolved', {
      headers: await as(['admin'], ['*']),
    });
    const answers = [];
    for (const id of [none, other, list.incidents[0].id]) {
      const replies = [
        await warden.request('GET', `/v1/incidents/${id}`, { headers }),
        await warden.request('PATCH', `/v1/incidents/${id}`, { headers, body }),
      ];
      answers.push(replies.map(({ status, text }) => ({ status, text: text.replaceAll(id, 'ID') })));
    }
    expect(answers[0]?.map(({ status }) => status)).toEqual([404, 404]);
    expect(answers[1]).toEqual(answers[0]);
    expect(answers[2]).toEqual(answers[0]);
    const left = await warden.aws.service.incidents.open.read('other', 'overdue');
    expect(left?.acknowledged).toBeUndefined();
  });

  test('reads with the scope read, and acknowledges with operate', async () => {
    const get = async (headers: Record<string, string>) =>
      (await warden.request('GET', `/v1/incidents/${own}`, { headers })).status;
    const patch = async (headers: Record<string, string>) =>
      (await warden.request('PATCH', `/v1/incidents/${own}`, { headers, body })).status;
    for (const [scopes, reads, acknowledges] of [
      [['ingest'], 403, 403],
      [['read'], 200, 403],
      [['operate'], 403, 200],
      [['read', 'operate'], 200, 200],
    ] as const) {
      const headers = await as([...scopes]);
      expect([await get(headers), await patch(headers)], scopes.join()).toEqual([reads, acknowledges]);
    }
  });

  test('that acknowledges or silences is named as the one who did', async () => {
    const { token, id } = await makeToken(warden, { scopes: ['operate', 'read'] });
    const headers = bearer(token);
    const { json } = await warden.request('PATCH', `/v1/incidents/${own}`, { headers, body });
    expect(json.acknowledged).toMatchObject({ by: id });
    const until = new Date(warden.clock.now() + 60_000).toISOString();
    const silence = await warden.request('PUT', '/v1/workflows/own/silence', {
      headers,
      body: { until, reason: 'x', create: true },
    });
    expect(silence.json).toMatchObject({ by: id });
  });
});
