// Who may do what, over HTTP, with the authorizer in front of every handler (P9).

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Operation, routes } from '../../../core/contract/routes.ts';
import type { Scope } from '../../../core/contract/scope.ts';
import type { RequestOptions } from '../../support/request-in-process.ts';
import { startWarden } from '../../support/start-warden.ts';
import { bearer, makeToken } from '../../support/tokens.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';

let warden: EmbeddedWarden;
let admin: string;
/** Every token of this test: none of the secrets may be logged. */
const made: string[] = [];

async function token(scopes: Scope[], workflows: string[], expiresIn?: number): Promise<string> {
  const wanted = { scopes, workflows, ...(expiresIn !== undefined && { expiresIn }) };
  const reply = await makeToken(warden, wanted);
  made.push(reply.token);
  return reply.token;
}

/** The workflows of the limited tokens: one name, and all names that begin with team-. */
const granted = ['own', 'team-*'];
/** Every workflow, and whether those tokens reach it. */
const reached: Record<string, boolean> = {
  own: true,
  'team-a': true,
  'team-': true,
  owner: false,
  Own: false,
  ow: false,
  team: false,
  other: false,
};

beforeAll(async () => {
  warden = await startWarden({ auth: true });
  admin = await token(['admin'], ['*']);
  for (const workflow of Object.keys(reached)) {
    const path = item('kept')(workflow);
    await warden.request('PUT', path, { body: { timeout: 600, run: 'r' }, headers: bearer(admin) });
  }
});
afterAll(() => warden.close());

interface Call {
  operation: Operation | 'unknown-path' | 'unknown-method';
  /** The scope that it needs; undefined if any valid token will do, null if it needs no token. */
  needs: Scope | undefined | null;
  method: string;
  path: (workflow: string) => string;
  options?: RequestOptions;
  /** The status if it is allowed. */
  status: number;
}

let fresh = 0;
const item = (id: string) => (workflow: string) => `/v1/workflows/${workflow}/item?id=${id}`;
const byPath = (id: string) => (workflow: string) => `/v1/workflows/${workflow}/items/${id}`;
const ofWorkflow = (workflow: string) => `/v1/workflows/${workflow}`;
const silenceOf = (workflow: string) => `/v1/workflows/${workflow}/silence`;
const redrives = (workflow: string) => `/v1/workflows/${workflow}/redrives`;
const noRedrive = (workflow: string) => `/v1/workflows/${workflow}/redrives/${'0'.repeat(20)}`;
const noIncident = () => '/v1/incidents/00000000000000000000';
const newToken = { body: { name: 'made by the matrix', scopes: ['read'], workflows: ['x'] } };

/**
 * Each operation, once for something that exists and once for something that does not. Written out, not derived from
 * the contract.
 */
const calls: Call[] = [
  {
    operation: 'register',
    needs: 'ingest',
    method: 'PUT',
    path: item('kept'),
    options: { body: { timeout: 600, run: 'r' } },
    status: 200,
  },
  {
    operation: 'register',
    needs: 'ingest',
    method: 'PUT',
    path: (workflow) => item(`new-${fresh++}`)(workflow),
    options: { body: { timeout: 600 } },
    status: 201,
  },
  {
    operation: 'register',
    needs: 'ingest',
    method: 'PUT',
    path: item('kept'),
    options: { text: '{"not":' },
    status: 400,
  },
  { operation: 'read', needs: 'read', method: 'GET', path: item('kept'), status: 200 },
  { operation: 'read', needs: 'read', method: 'GET', path: item('none'), status: 404 },
  { operation: 'read', needs: 'read', method: 'GET', path: item('a%00'), status: 400 },
  {
    operation: 'progress',
    needs: 'ingest',
    method: 'PATCH',
    path: item('kept'),
    options: { body: { step: 's' } },
    status: 200,
  },
  {
    operation: 'progress',
    needs: 'ingest',
    method: 'PATCH',
    path: item('none'),
    options: { body: { step: 's' } },
    status: 404,
  },
  {
    operation: 'fail',
    needs: 'ingest',
    method: 'POST',
    path: (workflow) => `${ofWorkflow(workflow)}/fail?id=none`,
    options: { text: 'disk full' },
    status: 404,
  },
  {
    operation: 'complete',
    needs: 'ingest',
    method: 'DELETE',
    path: (workflow) => `${item('kept')(workflow)}&run=another`,
    status: 412,
  },
  { operation: 'complete', needs: 'ingest', method: 'DELETE', path: item('none'), status: 404 },
  {
    operation: 'register',
    needs: 'ingest',
    method: 'PUT',
    path: byPath('kept'),
    options: { body: { timeout: 600, run: 'r' } },
    status: 200,
  },
  { operation: 'read', needs: 'read', method: 'GET', path: byPath('kept'), status: 200 },
  { operation: 'read', needs: 'read', method: 'GET', path: byPath('a//b/'), status: 400 },
  {
    operation: 'read',
    needs: 'read',
    method: 'GET',
    path: (workflow) => `${ofWorkflow(workflow)}/item`,
    status: 400,
  },
  {
    operation: 'read',
    needs: 'read',
    method: 'GET',
    path: (workflow) => `${item('kept')(workflow)}&id=kept`,
    status: 400,
  },
  {
    operation: 'progress',
    needs: 'ingest',
    method: 'PATCH',
    path: byPath('kept'),
    options: { body: { step: 's' } },
    status: 200,
  },
  { operation: 'complete', needs: 'ingest', method: 'DELETE', path: byPath('none'), status: 404 },
  {
    operation: 'list',
    needs: 'read',
    method: 'GET',
    path: (workflow) => `${ofWorkflow(workflow)}/items`,
    status: 200,
  },
  {
    operation: 'list',
    needs: 'read',
    method: 'GET',
    path: (workflow) => `${ofWorkflow(workflow)}/items?colour=red`,
    status: 400,
  },
  { operation: 'read-workflow', needs: 'read', method: 'GET', path: ofWorkflow, status: 200 },
  {
    operation: 'save-workflow',
    needs: 'operate',
    method: 'PUT',
    path: ofWorkflow,
    options: { body: {} },
    status: 200,
  },
  {
    operation: 'change-workflow',
    needs: 'operate',
    method: 'PATCH',
    path: ofWorkflow,
    options: { body: {} },
    status: 200,
  },
  { operation: 'remove-workflow', needs: 'operate', method: 'DELETE', path: ofWorkflow, status: 409 },
  {
    operation: 'silence-workflow',
    needs: 'operate',
    method: 'PUT',
    path: silenceOf,
    options: { body: { until: '2026-03-20T12:00:00Z', reason: 'tests' } },
    status: 200,
  },
  {
    operation: 'silence-workflow',
    needs: 'operate',
    method: 'PUT',
    path: silenceOf,
    options: { body: {} },
    status: 400,
  },
  {
    operation: 'read-statistics',
    needs: 'read',
    method: 'GET',
    path: (workflow) => `${ofWorkflow(workflow)}/statistics`,
    status: 200,
  },
  { operation: 'end-silence', needs: 'operate', method: 'DELETE', path: silenceOf, status: 204 },
  {
    operation: 'batch',
    needs: 'ingest',
    method: 'POST',
    path: (workflow) => `${ofWorkflow(workflow)}/batch`,
    options: { body: { operations: [{ op: 'complete', item: 'none' }] } },
    status: 400,
  },
  {
    operation: 'batch',
    needs: 'ingest',
    method: 'POST',
    path: (workflow) => `${ofWorkflow(workflow)}/batch`,
    options: { body: {} },
    status: 400,
  },
  {
    operation: 'reconcile',
    needs: 'read',
    method: 'POST',
    path: (workflow) => `${ofWorkflow(workflow)}/reconcile`,
    options: { body: { ids: ['none'] } },
    status: 200,
  },
  {
    operation: 'start-redrive',
    needs: 'operate',
    method: 'POST',
    path: redrives,
    options: { body: { dryRun: true } },
    status: 200,
  },
  {
    operation: 'start-redrive',
    needs: 'operate',
    method: 'POST',
    path: redrives,
    options: { body: { prefix: 'none' } },
    status: 202,
  },
  { operation: 'list-redrives', needs: 'read', method: 'GET', path: redrives, status: 200 },
  { operation: 'read-redrive', needs: 'read', method: 'GET', path: noRedrive, status: 404 },
  {
    operation: 'change-redrive',
    needs: 'operate',
    method: 'PATCH',
    path: noRedrive,
    options: { body: { action: 'abort' } },
    status: 404,
  },
  {
    operation: 'discard',
    needs: 'operate',
    method: 'POST',
    path: (workflow) => `${ofWorkflow(workflow)}/discards`,
    options: { body: { token: '0'.repeat(20) } },
    status: 404,
  },
];
/** The operations that name no workflow. */
const general: Call[] = [
  { operation: 'list-audit', needs: 'read', method: 'GET', path: () => '/v1/audit', status: 200 },
  { operation: 'list-workflows', needs: 'read', method: 'GET', path: () => '/v1/workflows', status: 200 },
  { operation: 'read-metrics', needs: 'read', method: 'GET', path: () => '/v1/metrics', status: 200 },
  { operation: 'list-incidents', needs: 'read', method: 'GET', path: () => '/v1/incidents', status: 200 },
  { operation: 'read-incident', needs: 'read', method: 'GET', path: noIncident, status: 404 },
  {
    operation: 'acknowledge-incident',
    needs: 'operate',
    method: 'PATCH',
    path: noIncident,
    options: { body: { acknowledged: true } },
    status: 404,
  },
  {
    operation: 'create-token',
    needs: 'admin',
    method: 'POST',
    path: () => '/v1/tokens',
    options: newToken,
    status: 201,
  },
  {
    operation: 'create-token',
    needs: 'admin',
    method: 'POST',
    path: () => '/v1/tokens',
    options: { body: {} },
    status: 400,
  },
  { operation: 'list-tokens', needs: 'admin', method: 'GET', path: () => '/v1/tokens', status: 200 },
  {
    operation: 'revoke-token',
    needs: 'admin',
    method: 'DELETE',
    path: () => '/v1/tokens/000000000000',
    status: 404,
  },
  { operation: 'check-health', needs: null, method: 'GET', path: () => '/v1/health', status: 200 },
  { operation: 'read-openapi', needs: null, method: 'GET', path: () => '/v1/openapi.json', status: 200 },
  { operation: 'unknown-path', needs: undefined, method: 'GET', path: () => '/v2/other', status: 404 },
  { operation: 'unknown-method', needs: undefined, method: 'POST', path: ofWorkflow, status: 405 },
];

function send({ method, path, options }: Call, workflow: string, headers: Record<string, string>) {
  return warden.request(method, path(workflow), { ...options, headers });
}

test('every route has a call in this test', () => {
  const sent = [...calls, ...general].map(
    ({ method, path }) => `${method} ${path('own').replace(/\?.*/, '')}`,
  );
  const untested = routes.filter(({ method, path }) => {
    const pattern = path.replace(/\{\w+\+\}/, '.+').replaceAll(/\{\w+\}/g, '[^/]+');
    return !sent.some((one) => new RegExp(`^${method} ${pattern}$`).test(one));
  });
  expect(untested).toEqual([]);
});

/*
 * Each route demands its own scope, on the workflow in its path. test/core/model/access/permission.test.ts tests which
 * scopes and workflows a caller needs, in all cases.
 */
describe('every route', () => {
  const scopes: Scope[] = ['ingest', 'read', 'operate'];
  const granting = new Map<Scope, string>();
  const lacking = new Map<Scope, string>();
  beforeAll(async () => {
    for (const scope of scopes) {
      granting.set(scope, await token([scope], granted));
      lacking.set(scope, await token(scopes.toSpliced(scopes.indexOf(scope), 1), granted));
    }
    granting.set('admin', admin);
    lacking.set('admin', await token(scopes, ['*']));
  });

  async function expectForbidden(
    call: Call,
    workflow: string,
    headers: Record<string, string>,
  ): Promise<void> {
    const { status, json, headers: replied } = await send(call, workflow, headers);
    expect({ ...call, status }).toEqual({ ...call, status: 403 });
    expect(json).toMatchObject({ code: 'forbidden', status: 403 });
    const on = calls.includes(call) ? ` on workflow "${workflow}"` : ';';
    expect(json.detail).toContain(`this needs the scope ${call.needs}${on}`);
    expect(replied['www-authenticate']).toContain(`error="insufficient_scope", scope="${call.needs}"`);
  }

  const named = [...calls, ...general].map((call) => ({
    ...call,
    call,
    name: `${call.operation} ${call.status}`,
  }));

  test.each(named)('$name accepts its scope, and admin', async ({ call, needs, status }) => {
    for (const text of new Set([needs ? granting.get(needs) : lacking.get('admin'), admin])) {
      const reply = await send(call, 'own', bearer(text ?? ''));
      expect(reply.status).toBe(status);
    }
  });

  const limited = named.filter(({ needs }) => needs);

  test.each(limited)('$name refuses a token with all other scopes except admin', async ({ call, needs }) => {
    await expectForbidden(call, 'own', bearer((needs && lacking.get(needs)) ?? ''));
  });

  const ofWorkflows = limited.filter(({ call }) => calls.includes(call));

  test.each(ofWorkflows)('$name refuses its scope on another workflow', async ({ call, needs }) => {
    await expectForbidden(call, 'other', bearer((needs && granting.get(needs)) ?? ''));
  });
});

test('the list of workflows has those that the caller reaches, and no others', async () => {
  const all = Object.keys(reached).toSorted();
  for (const [text, seen] of [
    [await token(['read'], granted), all.filter((name) => reached[name])],
    [admin, all],
  ] as const) {
    const { json } = await warden.request('GET', '/v1/workflows', { headers: bearer(text) });
    expect(json.workflows.map(({ workflow }: { workflow: string }) => workflow)).toEqual(seen);
  }
});

test('refused requests changed nothing', async () => {
  const headers = bearer(admin);
  const { json } = await warden.request('GET', '/v1/workflows/other/items?limit=200', { headers });
  expect(json.items).toMatchObject([{ item: 'kept', state: 'waiting', attempt: 1, steps: [] }]);
  const started = await warden.request('GET', redrives('other'), { headers });
  expect(started.json.redrives).toEqual([]);
  const settings = await warden.request('GET', ofWorkflow('other'), { headers });
  expect(settings.json.silence).toBeUndefined();
});

const good = 'pw_0123456789ab_0123456789abcdefghijklmnopqrstuvwxyz0123456';
const noCaller: [string, () => Promise<Record<string, string>>, string][] = [
  ['no token', async () => ({}), 'no Authorization header'],
  ['an empty header', async () => ({ authorization: '' }), 'no Authorization header'],
  ['a token that is not known', async () => bearer(good), 'is unknown'],
  [
    'a wrong secret',
    async () => bearer(admin.slice(0, -2) + (admin.endsWith('AA') ? 'BB' : 'AA')),
    'is unknown',
  ],
  [
    'another token’s secret',
    async () => bearer((await token(['admin'], ['*'])).slice(0, 16) + admin.slice(16)),
    'is unknown',
  ],
  ['a token cut short', async () => bearer(admin.slice(0, -1)), 'no token of the form pw_…'],
  ['a token and more', async () => bearer(`${admin}x`), 'no token of the form pw_…'],
  ['only the id', async () => bearer(admin.slice(0, 15)), 'no token of the form pw_…'],
  ['a scheme in front of the scheme', async () => bearer(`Bearer ${admin}`), 'no token of the form pw_…'],
  ['two tokens', async () => bearer(`${admin}, Bearer ${admin}`), 'no token of the form pw_…'],
  [
    'Basic',
    async () => ({ authorization: `Basic ${Buffer.from(`${admin}:`).toString('base64')}` }),
    'no token of the form pw_…',
  ],
  ['a token as Basic', async () => ({ authorization: `Basic ${admin}` }), 'no token of the form pw_…'],
  ['a token without a scheme', async () => ({ authorization: admin }), 'no token of the form pw_…'],
  ['a token in capitals', async () => bearer(admin.toUpperCase()), 'no token of the form pw_…'],
  ['a scheme without a token', async () => ({ authorization: 'Bearer' }), 'no token of the form pw_…'],
  ['10 KB', async () => bearer(`${admin}${'x'.repeat(10_000)}`), 'no token of the form pw_…'],
  [
    '10 KB of spaces',
    async () => ({ authorization: `Bearer${' '.repeat(10_000)}${admin}` }),
    'no token of the form pw_…',
  ],
  [
    'a token in another header',
    async () => ({ 'x-api-key': admin, cookie: `token=${admin}` }),
    'no Authorization header',
  ],
  ['an expired token', async () => bearer(await expired()), 'has expired'],
  ['a revoked token', async () => bearer(await revoked()), 'was revoked'],
];

async function expired(): Promise<string> {
  const text = await token(['admin'], ['*'], 60);
  warden.clock.advance(60_000);
  return text;
}

async function revoked(): Promise<string> {
  const text = await token(['admin'], ['*']);
  const path = `/v1/tokens/${text.split('_')[1]}`;
  expect((await warden.request('DELETE', path, { headers: bearer(admin) })).status).toBe(204);
  return text;
}

async function expectUnauthenticated(
  call: Call,
  headers: Record<string, string>,
  reason: string,
): Promise<void> {
  for (const workflow of ['own', 'no-such']) {
    const reply = await send(call, workflow, headers);
    const { operation } = call;
    const status = call.needs === null ? 200 : 401;
    expect({ operation, workflow, status: reply.status }).toEqual({ operation, workflow, status });
    if (status === 200) continue;
    expect(reply.json).toMatchObject({ code: 'unauthenticated', status: 401 });
    expect(reply.json.detail).toContain(reason);
    expect(reply.json.detail).toContain('Authorization: Bearer');
    expect(reply.headers['www-authenticate']).toMatch(/^Bearer realm="process-warden"/);
  }
}

describe.each(noCaller)('%s', (_, make, reason) => {
  test('is a 401 that says how to authenticate, for any workflow', async () => {
    const headers = await make();
    const [read] = calls.filter(({ operation }) => operation === 'read');
    if (read) await expectUnauthenticated(read, headers, reason);
  });
});

test.each([...calls, ...general])(
  '$operation $status is a 401 without a token, and with an unknown one',
  async (call) => {
    await expectUnauthenticated(call, {}, 'no Authorization header');
    await expectUnauthenticated(call, bearer(good), 'is unknown');
  },
);

test('a preflight of a page of another site is refused, and reveals nothing', async () => {
  const headers = { origin: 'https://example.org', 'access-control-request-method': 'PUT' };
  const replies = await Promise.all(
    ['own', 'no-such'].map((workflow) => warden.request('OPTIONS', item('kept')(workflow), { headers })),
  );
  for (const reply of replies) expect(reply).toMatchObject({ status: 403, text: replies[0]?.text });
});

describe('a token', () => {
  test('is accepted if the scheme is written in other letters', async () => {
    for (const scheme of ['bearer', 'BEARER', 'Bearer  ']) {
      const headers = { authorization: `${scheme} ${admin}` };
      expect((await warden.request('GET', '/v1/tokens', { headers })).status).toBe(200);
    }
  });

  test('is valid until the very moment when it expires', async () => {
    const headers = bearer(await token(['read'], ['*'], 60));
    warden.clock.advance(59_999);
    expect((await warden.request('GET', '/v1/workflows', { headers })).status).toBe(200);
    warden.clock.advance(1);
    expect((await warden.request('GET', '/v1/workflows', { headers })).status).toBe(401);
  });

  test('is invalid once it is revoked', async () => {
    const text = await token(['admin'], ['*']);
    const own = `/v1/tokens/${text.split('_')[1]}`;
    expect((await warden.request('DELETE', own, { headers: bearer(text) })).status).toBe(204);
    expect((await warden.request('GET', '/v1/tokens', { headers: bearer(text) })).status).toBe(401);
    expect((await warden.request('DELETE', own, { headers: bearer(text) })).status).toBe(401);
  });

  test('can register items in a new workflow if its prefix covers the name', async () => {
    const headers = bearer(await token(['ingest'], ['unseen-*']));
    const options = { body: { timeout: 60 }, headers };
    expect((await warden.request('PUT', item('a')('unseen-1'), options)).status).toBe(201);
    expect((await warden.request('PUT', item('a')('unsee'), options)).status).toBe(403);
  });

  test('does not reach a workflow by another spelling of its name', async () => {
    const headers = bearer(await token(['read'], ['own', 'team-*']));
    for (const name of [
      '%6fther',
      'own%2F..%2Fother',
      'own/../other',
      'own%00',
      'own%20',
      'own%253Fx',
      'OWN',
      '*',
      'team-/..',
    ]) {
      const { status } = await warden.request('GET', `/v1/workflows/${name}`, { headers });
      expect({ name, status }).toEqual({ name, status: /\/|%2F/.test(name) ? 404 : 403 });
    }
    expect((await warden.request('GET', '/v1/workflows/%6fwn', { headers })).status).toBe(200);
  });
});

test('a failing database is a 500, and no caller is accepted', async () => {
  const broken = await startWarden({ auth: true });
  try {
    const { token: text } = await makeToken(broken, { scopes: ['admin'] });
    broken.aws.dynamodb.send = async () => {
      throw Object.assign(new Error(`cannot read ${text}`), { name: 'ThrottlingException', $metadata: {} });
    };
    const reply = await broken.request('GET', '/v1/workflows', { headers: bearer(text) });
    expect(reply).toMatchObject({ status: 500, json: { message: 'Internal Server Error' } });
    expect(broken.logLines.join()).toContain('ThrottlingException');
    expect(broken.logLines.join() + String(broken.errors) + reply.text).not.toContain(text.slice(16));
  } finally {
    await broken.close();
  }
});

describe('the log', () => {
  test('names the caller', () => {
    const lines = warden.logLines.map((line) => JSON.parse(line));
    expect(lines.filter(({ caller }) => caller === admin.split('_')[1]).length).toBeGreaterThan(20);
    expect(
      lines.filter(({ operation, outcome }) => operation === 'authorize' && outcome === 'malformed').length,
    ).toBeGreaterThan(10);
  });

  test('contains no token, in whatever form or place one was sent', async () => {
    const headers = bearer(admin);
    await warden.request('GET', `/v1/workflows?token=${admin}`, { headers });
    await warden.request('GET', `/v1/workflows?access_token=${admin}`);
    const refused = await warden.request('DELETE', `/v1/tokens/${admin}`, { headers });
    expect(refused).toMatchObject({ status: 400, json: { errors: [{ path: 'token' }] } });
    expect(refused.text).not.toContain(admin.slice(16));
    await warden.request('POST', '/v1/tokens', { text: `{"name":"${admin}`, headers });
    const log = warden.logLines.join('\n') + warden.errors.map(String).join('\n');
    const known = [...made, good].map((text) => text.slice(16));
    expect(known.length).toBeGreaterThan(10);
    for (const secret of known) expect(log).not.toContain(secret);
    for (const secret of known) expect(log.toUpperCase()).not.toContain(secret.toUpperCase());
    expect(log).not.toMatch(/bearer|basic|pw_/i);
    expect(log).not.toContain('xxxxxxxx');
  });
});
