import { BatchWriteItemCommand, DeleteItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { describe, expect, test } from 'vitest';
import type { Incidents } from '../../../../core/aws/registry/incidents/incidents.ts';
import type { IncidentKind } from '../../../../core/contract/incident.ts';
import { type IncidentRecord, newIncident } from '../../../../core/model/incident/incident-record.ts';
import { listIncidents } from '../../../../core/operations/incidents/list-incidents.ts';
import { onEngines } from '../../../support/on-engines.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { Warden } from '../../../support/warden.ts';

const minute = 60_000;

/** Opened this many milliseconds ago, and resolved a minute later. */
function pastIncident(warden: Warden, workflow: string, ago: number): IncidentRecord {
  const opened = warden.clock.now() - ago;
  const resolvedAt = new Date(opened + minute).toISOString();
  return { ...newIncident(workflow, 'overdue', opened), resolvedAt, endCounts: { overdue: 0, failed: 0 } };
}

async function putPast(warden: Warden, workflow: string, ago: number): Promise<string> {
  const record = pastIncident(warden, workflow, ago);
  await warden.aws.service.incidents.past.put(record);
  return record.id;
}

async function open(warden: Warden, workflow: string, kind: IncidentKind = 'overdue') {
  return (await warden.aws.service.incidents.open.report(workflow, kind)).incident;
}

/** Ends an incident step by step, as the sweep does. */
function ending(incidents: Incidents, incident: IncidentRecord) {
  const ended = { ...incident, resolvedAt: incident.openedAt, endCounts: { overdue: 0, failed: 0 } };
  return {
    copy: () => incidents.ending.put(ended),
    removeOpen: () => incidents.open.remove(incident),
    keep: () => incidents.past.put(ended),
    dropCopy: () => incidents.ending.remove(incident),
  };
}

async function end(incidents: Incidents, incident: IncidentRecord): Promise<void> {
  for (const step of Object.values(ending(incidents, incident))) await step();
}

/** The ids of all pages. */
async function pages(warden: Warden, query = '', limit = 200): Promise<string[][]> {
  const found: string[][] = [];
  let cursor: string | undefined;
  do {
    const more = cursor === undefined ? '' : `&cursor=${cursor}`;
    const { status, json } = await warden.request('GET', `/v1/incidents?limit=${limit}${query}${more}`);
    expect(status).toBe(200);
    found.push(json.incidents.map(({ id }: { id: string }) => id));
    cursor = json.cursor;
  } while (cursor !== undefined);
  return found;
}

describe('incidents are listed', () => {
  onEngines((warden) => {
    test('open ones by workflow, then past ones, newest first, once each, on pages of any size', async () => {
      const base = warden().newWorkflow();
      const { incidents } = warden().aws.service;
      const b = await open(warden(), `${base}b`);
      const a = await open(warden(), `${base}a`);
      const early = await open(warden(), `${base}a`, 'warning');
      const older = await putPast(warden(), `${base}a`, 80 * 24 * 60 * minute);
      const newer = await putPast(warden(), `${base}b`, 60 * minute);
      // Three ends: one is being notified, one is complete except for its copy, one may still be taken back.
      const told = await open(warden(), `${base}c`);
      await ending(incidents, told).copy();
      await ending(incidents, told).removeOpen();
      const done = await open(warden(), `${base}d`);
      await ending(incidents, done).copy();
      await ending(incidents, done).removeOpen();
      await incidents.past.put({ ...done, resolvedAt: done.openedAt, notified: 2 });
      await ending(incidents, b).copy();
      const oldest = pastIncident(warden(), `${base}d`, 85 * 24 * 60 * minute);
      await incidents.ending.put(oldest);

      const past = [told.id, done.id].toSorted().toReversed();
      const opened = [a.id, early.id, b.id];
      const resolved = [...past, newer, older, oldest.id];
      for (const limit of [1, 2, 3, 200]) {
        const all = await pages(warden(), '', limit);
        expect(all.flat()).toEqual([...opened, ...resolved]);
        expect(all.map((page) => page.length).slice(0, -1)).toEqual(Array(all.length - 1).fill(limit));
        expect((await pages(warden(), '&state=open', limit)).flat()).toEqual(opened);
        expect((await pages(warden(), '&state=resolved', limit)).flat()).toEqual(resolved);
        const ofOne = await pages(warden(), `&workflow=${base}a`, limit);
        expect(ofOne.flat()).toEqual([a.id, early.id, older]);
      }
      const { json } = await warden().request('GET', `/v1/incidents?workflow=${base}d`);
      expect(json.incidents).toMatchObject([{ id: done.id, notifications: 2 }, { id: oldest.id }]);
    });

    test('without their timelines', async () => {
      const workflow = warden().newWorkflow();
      const { id, openedAt } = await open(warden(), workflow);
      const { json } = await warden().request('GET', `/v1/incidents?workflow=${workflow}`);
      const outcomes = { completedLate: 0, restarted: 0, redriven: 0, discarded: 0 };
      const shown = { id, workflow, kind: 'overdue', state: 'open', openedAt, outcomes, notifications: 0 };
      expect(json).toEqual({ incidents: [shown] });
    });

    test('only in workflows that the caller can see, without a hint of others', async () => {
      const base = warden().newWorkflow();
      const ends = ['a', 'a-1', 'a-2', 'b', 'c'];
      const ids: Record<string, string[]> = {};
      for (const end of ends) ids[end] = [(await open(warden(), base + end)).id];
      for (const [index, end] of ends.entries()) {
        ids[end]?.push(await putPast(warden(), base + end, index * minute));
      }
      for (const [patterns, expected] of [
        [['a-*'], ['a-1', 'a-2']],
        [
          ['c', 'a'],
          ['a', 'c'],
        ],
        [['none', 'b-*'], []],
        [[], []],
      ]) {
        const visible = (patterns ?? []).map((pattern) => base + pattern);
        const found: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await listIncidents(warden().aws.service, {
            query: { limit: '1', cursor },
            visible,
          });
          found.push(...page.incidents.map(({ id }) => id));
          cursor = page.cursor;
          const place = JSON.parse(Buffer.from(cursor ?? '', 'base64url').toString() || '{}').after ?? '';
          const at = place.split(/[ #]/)[1] ?? '';
          const hidden = ends.filter((end) => !expected?.includes(end));
          for (const end of hidden) expect([base + end, ...(ids[end] ?? [])]).not.toContain(at);
        } while (cursor !== undefined);
        expect(found).toEqual([0, 1].flatMap((place) => expected?.map((end) => ids[end]?.[place])));
      }
    });

    test('without an incident that cannot be read, which is logged (P8)', async () => {
      const base = warden().newWorkflow();
      const first = await open(warden(), `${base}a`);
      const last = await open(warden(), `${base}c`);
      const past = await putPast(warden(), `${base}a`, minute);
      const { dynamodb: client, environment } = warden().aws;
      const table = environment.REGISTRY_TABLE;
      const broken: [string, string][] = [
        ['open-incident', `${base}b#overdue`],
        ['incident', newIncident(base, 'overdue', warden().clock.now()).id],
        ['ending-incident', newIncident(base, 'overdue', warden().clock.now()).id],
      ];
      for (const [kind, name] of broken) {
        const record = { kind, name, workflow: `${base}b`, secret: 'sesame' };
        await client.send(new PutItemCommand({ TableName: table, Item: marshall(record) }));
      }
      expect((await pages(warden(), '', 2)).flat()).toEqual(
        expect.arrayContaining([first.id, last.id, past]),
      );
      const log = warden().logLines.join();
      for (const [, name] of broken) expect(log).toContain(`"incident":"${name}"`);
      expect(log).not.toContain('sesame');
      for (const [kind, name] of broken) {
        await client.send(new DeleteItemCommand({ TableName: table, Key: marshall({ kind, name }) }));
      }
    });

    test('none left out and none twice, even if they end while a page is read', async () => {
      const { incidents } = warden().aws.service;
      for (const place of ['open', 'ending', 'past'] as const) {
        for (const steps of [1, 2, 3, 4]) {
          const workflow = warden().newWorkflow();
          const incident = await open(warden(), workflow);
          const all: Incidents['open']['all'] = async function* (listing) {
            for (const step of Object.values(ending(incidents, incident)).slice(0, steps)) await step();
            yield* incidents[place].all(listing);
          };
          const racing = { ...incidents, [place]: Object.assign(Object.create(incidents[place]), { all }) };
          const service = { incidents: racing, log: warden().aws.service.log };
          const listed = await listIncidents(service, { query: {}, visible: [workflow] });
          // It is shown as it was when it was first read.
          const state = place === 'open' && steps > 1 ? 'resolved' : 'open';
          expect(listed.incidents, `${steps} steps before ${place}`).toMatchObject([
            { id: incident.id, state },
          ]);
          await end(incidents, incident);
        }
      }
    });

    test('none left out, whatever opens and ends between pages', async () => {
      const base = warden().newWorkflow();
      const { incidents } = warden().aws.service;
      const names = ['a', 'b', 'c', 'd', 'e'].map((name) => base + name);
      const opened = [];
      for (const name of names) opened.push(await open(warden(), name));
      const ids = opened.map(({ id }) => id);
      const past = [
        await putPast(warden(), `${base}a`, minute),
        await putPast(warden(), `${base}b`, 2 * minute),
      ];
      const found: { id: string; state: string }[] = [];
      let cursor: string | undefined;
      for (let page = 0; page < 20; page++) {
        const query = { limit: '2', cursor };
        const reply = await listIncidents(warden().aws.service, { query, visible: [`${base}*`] });
        found.push(...reply.incidents.map(({ id, state }) => ({ id, state })));
        cursor = reply.cursor;
        if (cursor === undefined) break;
        // A listed incident and an incident that is not listed yet have ended, and another opens before them.
        for (const one of [opened.shift(), opened.pop()]) if (one) await end(incidents, one);
        await open(warden(), `${base}0${page}`);
      }
      expect(cursor).toBeUndefined();
      expect(new Set(found.map(({ id }) => id))).toEqual(new Set([...ids, ...past]));
      // Incidents that ended meanwhile are listed twice, as open and as resolved.
      expect(new Set(found.map(({ id, state }) => `${id} ${state}`)).size).toBe(found.length);
    });

    test('only with cursors of the same list', async () => {
      const base = warden().newWorkflow();
      for (const name of ['a', 'b', 'c']) await open(warden(), base + name);
      const { json } = await warden().request('GET', '/v1/incidents?limit=1');
      const refused = [
        `state=open&cursor=${json.cursor}`,
        `workflow=${base}a&cursor=${json.cursor}`,
        'cursor=bm9uZQ',
        `cursor=${Buffer.from('{"after":"open ../x","list":"x"}').toString('base64url')}`,
      ];
      for (const query of refused) {
        const reply = await warden().request('GET', `/v1/incidents?${query}`);
        expect(reply, query).toMatchObject({ status: 400, json: { code: 'invalid-cursor' } });
      }
      for (const query of ['limit=0', 'limit=201', 'state=closed', 'workflow=..', 'colour=red']) {
        const reply = await warden().request('GET', `/v1/incidents?${query}`);
        expect(reply, query).toMatchObject({ status: 400, json: { code: 'invalid-request' } });
      }
    });
  });
});

test('a page that skips very many incidents of others ends, and the next one continues', async () => {
  const warden = await startWarden();
  try {
    const { dynamodb, environment } = warden.aws;
    const mine = await putPast(warden, 'mine', 5_000 * minute);
    for (let batch = 0; batch < 41; batch++) {
      const records = Array.from({ length: 25 }, (_, index) =>
        pastIncident(warden, 'other', (batch * 25 + index) * minute),
      );
      const puts = records.map((record) => ({
        PutRequest: { Item: marshall({ ...record, kind: 'incident', name: record.id }) },
      }));
      const RequestItems = { [environment.REGISTRY_TABLE]: puts };
      await dynamodb.send(new BatchWriteItemCommand({ RequestItems }));
    }
    const service = warden.aws.service;
    const first = await listIncidents(service, { query: {}, visible: ['mine'] });
    expect(first.incidents).toEqual([]);
    const second = await listIncidents(service, { query: { cursor: first.cursor }, visible: ['mine'] });
    expect(second).toMatchObject({ incidents: [{ id: mine }] });
    expect(second.cursor).toBeUndefined();
  } finally {
    await warden.close();
  }
});
