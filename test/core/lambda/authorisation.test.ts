// Who may do what, over HTTP, with the authorizer in front of every handler (P9).

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '../../../core/contract/routes.ts';
import type { Scope } from '../../../core/contract/scope.ts';
import { startWarden } from '../../support/start-warden.ts';
import { bearer, makeToken } from '../../support/tokens.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';
import { type Call, calls, general, item, ofWorkflow, redrives } from './support/calls-of-operations.ts';

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

beforeAll(async () => {
  warden = await startWarden({ auth: true });
  admin = await token(['admin'], ['*']);
  for (const workflow of ['own', 'other']) {
    const path = item('kept')(workflow);
    await warden.request('PUT', path, { body: { timeout: 600, run: 'r' }, headers: bearer(admin) });
  }
});
afterAll(() => warden.close());

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

test('a token is accepted if the scheme is written in other letters', async () => {
  for (const scheme of ['bearer', 'BEARER', 'Bearer  ']) {
    const headers = { authorization: `${scheme} ${admin}` };
    expect((await warden.request('GET', '/v1/tokens', { headers })).status).toBe(200);
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
