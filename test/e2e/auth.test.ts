// Real processes: --auth, and the first token.
import { afterAll, describe, expect, test } from 'vitest';
import { Laptop, type Local } from './support/laptop-without-vitest.ts';
import { listeningAddresses, loopback } from './support/listening.ts';
import { until } from './support/until.ts';

/** The tokens that it has shown, from the line that shows each. */
function shown({ process }: Local): string[] {
  return [...process.stdout.matchAll(/^First admin token, shown only this once: (pw_\S+)$/gm)].map(
    ([, token = '']) => token,
  );
}

async function tokens({ caller }: Local): Promise<string[]> {
  const { json } = await caller.request('GET', '/v1/tokens');
  return json.tokens
    .map(
      ({ name, scopes, createdBy, state }: Record<string, string>) =>
        `${name} for ${scopes} by ${createdBy}: ${state}`,
    )
    .toSorted();
}

/* Each test continues where the one before it ended. */
describe('one folder that is started four times', () => {
  const laptop = new Laptop();
  const data = laptop.folder();
  let local: Local;
  let ofOpenService = '';
  let admin = '';
  afterAll(() => laptop.end());

  /** Stops it and starts it with the next flags. */
  async function start(args: string[], env: Record<string, string> = {}): Promise<void> {
    await local?.process.stop('SIGINT');
    local = await laptop.start({ data, args, env });
  }

  test('without --auth the service is open, and shows no token', async () => {
    await start([], { WARDEN_AUTH: 'no' });
    expect((await local.caller.request('GET', '/v1/workflows')).status).toBe(200);
    const given = { name: 'of a web page', scopes: ['admin'], workflows: ['*'] };
    const { json } = await local.caller.request('POST', '/v1/tokens', given);
    ofOpenService = json.token;
    expect(local.process.stdout).not.toContain('pw_');
  });

  test('security H2: what an open service created is no admin under --auth, nor what was created with it', async () => {
    await start(['--auth', '--verbose', '--host', '0.0.0.0']);
    const revoked = /^tokens created without --auth are revoked now: 1; /m;
    await until('warning', 2_000, () => revoked.test(local.process.stderr));
    local.caller.token = ofOpenService;
    expect((await local.caller.request('GET', '/v1/workflows')).status).toBe(401);
  });

  test('security L5: with --auth another --host is accepted with a warning, and only HTTP listens there', async () => {
    const warning = /^--host 0\.0\.0\.0 speaks plain HTTP: .*TLS.*$/m;
    await until('warning', 2_000, () => warning.test(local.process.stderr));
    if (process.platform !== 'linux') return;
    const addresses = listeningAddresses(local.process.pid);
    expect(addresses.filter((address) => !loopback.includes(address))).toEqual(['00000000']);
  });

  test('a first admin token is shown once, only on stdout', async () => {
    const [token = '', ...more] = shown(local);
    expect(more).toEqual([]);
    local.caller.token = undefined;
    expect(await local.caller.request('GET', '/v1/workflows')).toMatchObject({
      status: 401,
      json: { code: 'unauthenticated' },
    });
    expect((await local.caller.request('GET', '/v1/health')).status).toBe(200);
    expect((await local.caller.request('GET', '/v1/openapi.json')).status).toBe(200);
    local.caller.token = token;
    expect((await local.caller.register('uploads', 'a', { timeout: 600 })).status).toBe(201);
    expect(await tokens(local)).toEqual([
      'first admin token for admin by start: active',
      expect.stringMatching(/^of a web page for admin by .*: revoked$/),
    ]);
    await until('log', 2_000, () => local.process.stderr.includes('"operation":"list-tokens"'));
    expect(local.process.stderr).not.toContain(token.slice(16));
    expect(local.process.stdout.split(token)).toHaveLength(2);
    admin = token;
  });

  test('it stays valid in the next start, which shows none and revokes none', async () => {
    await start([], { WARDEN_AUTH: 'true' });
    expect(local.process.stderr).toBe('');
    local.caller.token = admin;
    expect((await local.caller.read('uploads', 'a')).status).toBe(200);
    local.caller.token = `${admin.slice(0, -1)}-`;
    expect((await local.caller.read('uploads', 'a')).status).toBe(401);
    expect(local.process.stdout).not.toContain('pw_');
  });

  test('after the last admin token was revoked, the next start shows another', async () => {
    local.caller.token = admin;
    const reader = { name: 'reader', scopes: ['read'], workflows: ['*'] };
    expect((await local.caller.request('POST', '/v1/tokens', reader)).status).toBe(201);
    expect((await local.caller.request('DELETE', `/v1/tokens/${admin.split('_')[1]}`)).status).toBe(204);
    expect((await local.caller.request('GET', '/v1/tokens')).status).toBe(401);
    await start(['--auth']);
    const [next = '', ...more] = shown(local);
    expect(more).toEqual([]);
    expect(next).not.toBe(admin);
    local.caller.token = next;
    expect((await tokens(local)).map((one) => one.split(': ')[1]).toSorted()).toEqual([
      'active',
      'active',
      'revoked',
      'revoked',
    ]);
  });
});
