import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AuditEntry } from '../../../../core/contract/audit.ts';
import { instant } from '../../../../core/contract/time.ts';
import { createInvocable } from '../../../../functions/create-token.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

let warden: EmbeddedWarden;
let authorization: { authorization: string };

/** A token created by invoking the function, like the first one. */
async function tokenFor(workflows: string[], scopes = ['admin']) {
  const reply = await createInvocable(warden.aws.service)({ name: 'tests', scopes, workflows });
  if (!('token' in reply)) throw new Error('no token');
  return { id: reply.id, authorization: `Bearer ${reply.token}` };
}

async function audit(query = '', headers: Record<string, string> = authorization): Promise<AuditEntry[]> {
  const { status, json } = await warden.request('GET', `/v1/audit?limit=200${query}`, { headers });
  expect(status).toBe(200);
  return json.entries;
}

const ask = (method: string, path: string, body?: object) =>
  warden.request(method, path, { headers: authorization, ...(body && { body }) });

beforeAll(async () => {
  warden = await startWarden({ auth: true });
  authorization = { authorization: (await tokenFor(['*'])).authorization };
});

afterAll(() => warden.close());

test('each action has an entry with who, when, workflow and subject, and without reason, note or token', async () => {
  const admin = await tokenFor(['*']);
  const headers = { authorization: admin.authorization };
  const act = async (method: string, path: string, body?: object) => {
    warden.clock.advance(1_000);
    const reply = await warden.request(method, path, { headers, ...(body && { body }) });
    expect(reply.status).toBeLessThan(300);
    return reply.json;
  };
  const workflow = warden.newWorkflow();
  const path = `/v1/workflows/${workflow}`;
  const began = warden.clock.now();
  await act('PUT', path, { description: 'secret' });
  await act('PUT', `${path}/silence`, { until: instant(began + 3_600_000), reason: 'secret' });
  await act('DELETE', `${path}/silence`);
  await act('PUT', `${path}/items/a`, { timeout: 600 });
  await act('PATCH', `${path}/items/a`, { failed: { reason: 'secret' } });
  const { incidents } = await act('GET', `/v1/incidents?workflow=${workflow}`);
  await act('PATCH', `/v1/incidents/${incidents[0].id}`, { acknowledged: true, note: 'secret' });
  const redrive = await act('POST', `${path}/redrives`, {});
  const changes = [{ action: 'pause' }, { action: 'continue' }, { rate: 7 }, { action: 'abort' }];
  for (const change of changes) await act('PATCH', `${path}/redrives/${redrive.id}`, change);
  const discard = await act('POST', `${path}/discards`, { dryRun: true });
  await act('POST', `${path}/discards`, { token: discard.token });
  await act('DELETE', `${path}/items/a`);
  await act('DELETE', path);
  const token = await act('POST', '/v1/tokens', { name: 'secret', scopes: ['read'], workflows: ['*'] });
  await act('DELETE', `/v1/tokens/${token.id}`);

  const entries = (await audit()).filter(({ by }) => by === admin.id);
  expect(entries.map(({ action, workflow, subject }) => [action, workflow, subject])).toEqual(
    [
      ['settings-saved', workflow, undefined],
      ['silence-set', workflow, undefined],
      ['silence-ended', workflow, undefined],
      ['incident-acknowledged', workflow, incidents[0].id],
      ['redrive-started', workflow, redrive.id],
      ['redrive-paused', workflow, redrive.id],
      ['redrive-continued', workflow, redrive.id],
      ['redrive-rate-changed', workflow, redrive.id],
      ['redrive-aborted', workflow, redrive.id],
      ['discard-started', workflow, discard.token],
      ['workflow-removed', workflow, undefined],
      ['token-created', undefined, token.id],
      ['token-revoked', undefined, token.id],
    ].reverse(),
  );
  const times = entries.map(({ at }) => Date.parse(at));
  expect(times).toEqual(times.toSorted((a, b) => b - a));
  expect(times.at(-1)).toBe(began + 1_000);
  expect(await audit()).toContainEqual(
    expect.objectContaining({ by: 'invocation', action: 'token-created', subject: admin.id }),
  );
  const text = JSON.stringify(await audit());
  expect(text).not.toContain('secret');
  expect(text).not.toContain(token.token);
});

test('a caller sees the entries of its workflows; only callers of all workflows see those without one', async () => {
  const [mine, other] = [warden.newWorkflow(), warden.newWorkflow()];
  for (const workflow of [mine, other]) await ask('PUT', `/v1/workflows/${workflow}`, {});
  const { authorization: narrow } = await tokenFor([mine], ['read']);
  const seen = await audit('', { authorization: narrow });
  expect(seen.map(({ workflow }) => workflow)).toEqual([mine]);
  const all = await audit();
  expect(all.map(({ workflow }) => workflow)).toEqual(expect.arrayContaining([mine, other, undefined]));
  expect((await audit(`&workflow=${other}`)).map(({ workflow }) => workflow)).toEqual([other]);
});

test('a caller that asks for another workflow is refused, whether it exists or not (P9)', async () => {
  const [mine, other] = [warden.newWorkflow(), warden.newWorkflow()];
  await ask('PUT', `/v1/workflows/${other}`, {});
  const { authorization } = await tokenFor([mine], ['read']);
  for (const workflow of [other, 'no-such']) {
    const reply = await warden.request('GET', `/v1/audit?workflow=${workflow}`, {
      headers: { authorization },
    });
    expect(reply).toMatchObject({ status: 403, json: { code: 'forbidden' } });
  }
});

test('a request that fails leaves no entry', async () => {
  const workflow = warden.newWorkflow();
  const path = `/v1/workflows/${workflow}`;
  const before = await audit();
  const failing: [string, string, object?][] = [
    ['PUT', path, { timeout: -1 }],
    ['DELETE', path],
    ['DELETE', `${path}/silence`],
    ['PUT', `${path}/silence`, { until: instant(warden.clock.now() + 60 * 86_400_000) }],
    ['POST', '/v1/tokens', { name: 'x', scopes: ['nonsense'], workflows: ['*'] }],
    ['POST', `${path}/redrives`, { rate: 0 }],
  ];
  for (const [method, url, body] of failing) {
    expect((await ask(method, url, body)).status).toBeGreaterThanOrEqual(400);
  }
  const known = '/v1/workflows/known';
  await ask('PUT', `${known}/item?id=a`, { timeout: 60 });
  expect((await ask('POST', `${known}/redrives`, { dryRun: true })).status).toBe(200);
  expect(await audit()).toEqual(before);
});

test('pages continue by their cursor, with each entry once', async () => {
  const all = await audit();
  const paged: AuditEntry[] = [];
  let cursor = '';
  do {
    const { json } = await ask(
      'GET',
      `/v1/audit?limit=5${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
    );
    expect(json.entries.length).toBeLessThanOrEqual(5);
    paged.push(...json.entries);
    cursor = json.cursor ?? '';
  } while (cursor);
  expect(paged).toEqual(all);
});

// This test is last because it moves the clock by months.
test('entries are kept for 90 days, and the sweep deletes older ones', async () => {
  const workflow = warden.newWorkflow();
  const stored = async () => (await warden.aws.service.audit.page(undefined, 1_000)).records.length;
  const before = await stored();
  warden.clock.advance(89 * 86_400_000);
  await ask('PUT', `/v1/workflows/${workflow}`, {});
  await warden.sweep();
  expect(await stored()).toBe(before + 1);
  expect(await audit()).toHaveLength(before + 1);
  warden.clock.advance(2 * 86_400_000);
  expect((await audit()).map((entry) => entry.workflow)).toEqual([workflow]);
  await warden.sweep();
  expect(await stored()).toBe(1);
});
