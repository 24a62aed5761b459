// Real processes: --auth, and the first token.
import { expect } from 'vitest';
import { type Laptop, type Local, test } from './support/laptop.ts';
import { until } from './support/until.ts';

const args = ['--auth', '--verbose'];

/** The tokens that it has shown, from the line that shows each. */
function shown({ process }: Local): string[] {
  return [...process.stdout.matchAll(/^First admin token, shown only this once: (pw_\S+)$/gm)].map(
    ([, token = '']) => token,
  );
}

async function end(local: Local): Promise<void> {
  await local.process.stop('SIGINT');
}

async function first(laptop: Laptop, data: string): Promise<{ local: Local; token: string }> {
  const local = await laptop.start({ data, args });
  const [token = '', ...more] = shown(local);
  expect(more).toEqual([]);
  return { local, token };
}

test('a first admin token is shown once, only on stdout, and stays valid', async ({ laptop }) => {
  const data = laptop.folder();
  const { local, token } = await first(laptop, data);
  expect(await local.caller.request('GET', '/v1/workflows')).toMatchObject({
    status: 401,
    json: { code: 'unauthenticated' },
  });
  expect((await local.caller.request('GET', '/v1/health')).status).toBe(200);
  expect((await local.caller.request('GET', '/v1/openapi.json')).status).toBe(200);
  local.caller.token = token;
  expect((await local.caller.register('uploads', 'a', { timeout: 600 })).status).toBe(201);
  const { json } = await local.caller.request('GET', '/v1/tokens');
  expect(json.tokens).toMatchObject([{ name: 'first admin token', scopes: ['admin'], createdBy: 'start' }]);
  await until('log', 2_000, () => local.process.stderr.includes('"operation":"list-tokens"'));
  expect(local.process.stderr).not.toContain(token.slice(16));
  expect(local.process.stdout.split(token)).toHaveLength(2);
  await end(local);

  const again = await laptop.start({ data, args: ['--verbose'], env: { WARDEN_AUTH: 'true' } });
  again.caller.token = token;
  expect((await again.caller.read('uploads', 'a')).status).toBe(200);
  again.caller.token = `${token.slice(0, -1)}-`;
  expect((await again.caller.read('uploads', 'a')).status).toBe(401);
  expect(again.process.stdout).not.toContain('pw_');
});

test('after the last admin token was revoked, the next start shows another', async ({ laptop }) => {
  const data = laptop.folder();
  const { local, token } = await first(laptop, data);
  local.caller.token = token;
  const reader = { name: 'reader', scopes: ['read'], workflows: ['*'] };
  expect((await local.caller.request('POST', '/v1/tokens', reader)).status).toBe(201);
  expect((await local.caller.request('DELETE', `/v1/tokens/${token.split('_')[1]}`)).status).toBe(204);
  expect((await local.caller.request('GET', '/v1/tokens')).status).toBe(401);
  await end(local);

  const next = await first(laptop, data);
  expect(next.token).not.toBe(token);
  next.local.caller.token = next.token;
  const { json } = await next.local.caller.request('GET', '/v1/tokens');
  expect(json.tokens.map(({ state }: { state: string }) => state).toSorted()).toEqual([
    'active',
    'active',
    'revoked',
  ]);
});

test('without --auth the service is open, and shows no token', async ({ laptop }) => {
  const { process, caller } = await laptop.start({ data: laptop.folder(), env: { WARDEN_AUTH: 'no' } });
  expect((await caller.request('GET', '/v1/workflows')).status).toBe(200);
  expect(process.stdout).not.toContain('pw_');
});

test('security H2: what an open service created is no admin under --auth, nor what was created with it', async ({
  laptop,
}) => {
  const data = laptop.folder();
  const open = await laptop.start({ data });
  const admin = { name: 'of a web page', scopes: ['admin'], workflows: ['*'] };
  const { json: made } = await open.caller.request('POST', '/v1/tokens', admin);
  await end(open);

  const { local, token } = await first(laptop, data);
  const revoked = /^tokens created without --auth are revoked now: 1; /m;
  await until('warning', 2_000, () => revoked.test(local.process.stderr));
  local.caller.token = made.token;
  expect((await local.caller.request('GET', '/v1/workflows')).status).toBe(401);
  local.caller.token = token;
  expect((await local.caller.request('GET', '/v1/workflows')).status).toBe(200);
  await end(local);

  const again = await laptop.start({ data, args: ['--auth'] });
  expect(shown(again)).toEqual([]);
  expect(again.process.stderr).toBe('');
});
