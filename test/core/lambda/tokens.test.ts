// Which workflows a token reaches, and until when (P9).

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Scope } from '../../../core/contract/scope.ts';
import { startWarden } from '../../support/start-warden.ts';
import { bearer, makeToken } from '../../support/tokens.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';
import { item } from './support/calls-of-operations.ts';

let warden: EmbeddedWarden;
let admin: string;
const made: string[] = [];

async function token(scopes: Scope[], workflows: string[], expiresIn?: number): Promise<string> {
  const wanted = { scopes, workflows, ...(expiresIn !== undefined && { expiresIn }) };
  const { token: text } = await makeToken(warden, wanted);
  made.push(text);
  return text;
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

describe('a token', () => {
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

test('the log of all these requests contains no token', () => {
  const log = warden.logLines.join('\n') + warden.errors.map(String).join('\n');
  expect(made.length).toBeGreaterThan(5);
  for (const text of made) expect(log).not.toContain(text.slice(16));
  expect(log).not.toMatch(/bearer|basic|pw_/i);
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
