import { describe, expect, test } from 'vitest';
import { type ConnectionOptions, connect } from '../../client/connection.ts';
import { WardenError } from '../../client/warden-error.ts';
import { HandMovedTimers } from '../support/hand-moved-timers.ts';

const done = () => Response.json({ outcome: 'on-time', attempt: 1, tookMs: 1 });
const problem = (status: number, code: string, headers: Record<string, string> = {}) =>
  new Response(JSON.stringify({ type: 't', title: 't', status, code, detail: `it is ${code}` }), {
    status,
    headers: { 'content-type': 'application/problem+json', ...headers },
  });
const html = (status: number) =>
  new Response('<html>data of another page</html>', { status, headers: { 'content-type': 'text/html' } });
const cut = () =>
  new Response('{"outcome": "on-ti', { status: 200, headers: { 'content-type': 'application/json' } });
const refused = () => Promise.reject(Object.assign(new TypeError('fetch failed'), { code: 'ECONNREFUSED' }));
const never = () => new Promise<Response>(() => {});

/** A connection to a service that returns these replies, one after the other, then the last one again. */
function scripted(
  replies: readonly (() => Response | Promise<Response>)[],
  options: Partial<ConnectionOptions> = {},
) {
  const clock = new HandMovedTimers();
  const requests: { url: string; init: RequestInit; at: number }[] = [];
  const started = clock.now();
  const fetch = (async (url: string, init: RequestInit) => {
    requests.push({ url, init, at: clock.now() - started });
    return (replies[requests.length - 1] ?? replies.at(-1) ?? never)();
  }) as typeof globalThis.fetch;
  const connection = connect({ url: 'http://warden.test', fetch, clock, random: () => 1, ...options });
  const complete = (request: { signal?: AbortSignal; timeoutMs?: number } = {}) =>
    connection
      .call('complete', { path: { workflow: 'w', item: 'i' }, ...request })
      .catch((error: unknown) => error as WardenError);
  return { ...connection, clock, requests, complete };
}

describe('a call is tried again', () => {
  test.each([
    ['a refused connection', refused],
    ['a busy service', () => problem(503, 'unavailable')],
    ['a fault of the service', () => problem(500, 'internal-error')],
    ['a page of a proxy', () => html(502)],
    ['API Gateway without capacity', () => Response.json({ message: 'Too Many Requests' }, { status: 429 })],
    ['a request that was too slow', () => html(408)],
    ['a reply that was cut off', cut],
  ])('after %s', async (_, failure) => {
    const { complete, clock, requests } = scripted([failure, failure, done]);
    const result = complete();
    await clock.pass(5_000);
    expect(await result).toMatchObject({ outcome: 'on-time' });
    // Full jitter: at most 100 ms, then at most 200 ms.
    expect(requests.map(({ at }) => at)).toEqual([0, 100, 300]);
  });

  test('no earlier than Retry-After asks', async () => {
    const { complete, clock, requests } = scripted([
      () => problem(429, 'unavailable', { 'retry-after': '2' }),
      () => problem(503, 'unavailable', { 'retry-after': new Date(clock.now() + 1_000).toUTCString() }),
      done,
    ]);
    const result = complete();
    await clock.pass(5_000);
    expect(await result).toMatchObject({ outcome: 'on-time' });
    expect(requests.map(({ at }) => at)).toEqual([0, 2_000, 3_000]);
  });

  test('but not if Retry-After asks for more time than the call has', async () => {
    const { complete, requests } = scripted([() => problem(503, 'unavailable', { 'retry-after': '11' })]);
    expect(await complete()).toMatchObject({ code: 'unavailable', status: 503, retryAfterMs: 11_000 });
    expect(requests).toHaveLength(1);
  });

  test.each([
    ['a refusal', () => problem(409, 'other-run-waiting'), 'other-run-waiting'],
    ['a page with the status 200', () => html(200), 'not-the-warden'],
    ['a page with the status 404', () => html(404), 'not-the-warden'],
    ['JSON of another service', () => Response.json({ ok: true }), 'not-the-warden'],
    ['an empty reply', () => new Response('', { status: 200 }), 'not-the-warden'],
    ['API Gateway that lets nobody in', () => Response.json({ message: 'no' }, { status: 403 }), 'forbidden'],
  ])('but not after %s', async (_, reply, code) => {
    const { complete, requests } = scripted([reply]);
    expect(await complete()).toMatchObject({ code, isTemporary: false });
    expect(requests).toHaveLength(1);
  });

  test('but not if a repeat would be a second redrive or token; only after 429', async () => {
    for (const [reply, tries] of [
      [refused, 1],
      [() => problem(503, 'unavailable'), 1],
      [() => problem(429, 'unavailable'), 9],
    ] as const) {
      const { call, clock, requests } = scripted([reply]);
      const result = call('create-token', {
        path: {},
        body: { name: 'n', scopes: ['read'], workflows: ['*'] },
      }).catch(() => 'failed');
      await clock.pass(60_000);
      expect(await result).toBe('failed');
      expect(requests.length).toBe(tries);
    }
  });
});

describe('a call ends', () => {
  test('3 s after each try began, and 10 s after the first', async () => {
    const { complete, clock, requests } = scripted([never]);
    const result = complete();
    await clock.pass(9_999);
    expect(requests.map(({ at }) => at)).toEqual([0, 3_100, 6_300, 9_700]);
    await clock.pass(1);
    expect(await result).toMatchObject({ code: 'timeout', isTemporary: true });
    expect(clock.waiting).toBe(0);
  });

  test('at its own time limit, also during the wait before a try', async () => {
    const { complete, clock } = scripted([refused]);
    const result = complete({ timeoutMs: 50 });
    expect(await result).toMatchObject({
      code: 'unreachable',
      message: expect.stringContaining('ECONNREFUSED'),
    });
    expect(clock.waiting).toBe(0);
  });

  test('when its caller aborts it: before, during a try, during a pause', async () => {
    const before = scripted([done]);
    expect(await before.complete({ signal: AbortSignal.abort() })).toMatchObject({ code: 'aborted' });
    expect(before.requests).toHaveLength(0);
    for (const reply of [never, refused]) {
      const { complete, clock, requests } = scripted([reply]);
      const controller = new AbortController();
      const result = complete({ signal: controller.signal });
      await new Promise(setImmediate);
      controller.abort(new Error('stopped'));
      expect(await result).toMatchObject({ code: 'aborted', cause: { message: 'stopped' } });
      expect(requests).toHaveLength(1);
      expect(clock.waiting).toBe(0);
    }
  });

  test('with the request aborted too, and nothing listening to the signal any more', async () => {
    const { complete, clock, requests } = scripted([never]);
    const result = complete({ timeoutMs: 100 });
    await clock.pass(100);
    await result;
    expect(requests[0]?.init.signal?.aborted).toBe(true);
  });
});

test('calls that count or carry much may take 30 s for a try', async () => {
  const { call, clock } = scripted([never]);
  const result = call('batch', { path: { workflow: 'w' }, body: { operations: [] } }).catch((error) => error);
  await clock.pass(59_999);
  expect(clock.waiting).toBe(1);
  await clock.pass(1);
  expect(await result).toMatchObject({ code: 'timeout' });
});

test('a batch whose operations all failed, and a failing health check, are replies', async () => {
  const results = [{ status: 503, code: 'unavailable', detail: 'd', title: 't', type: 't' }];
  const batch = scripted([() => Response.json({ results }, { status: 503 })]);
  const sent = await batch.call('batch', { path: { workflow: 'w' }, body: { operations: [] } });
  expect(sent.results).toEqual(results);
  const health = scripted([() => Response.json({ status: 'failing', checks: [] }, { status: 503 })]);
  expect(await health.call('check-health', { path: {} })).toEqual({ status: 'failing', checks: [] });
});

describe('the token', () => {
  const token = 'pw_4mQ9xT2bVw7K_secret';

  test('is sent as a bearer token, and not to where a redirect points', async () => {
    const moved = () => new Response(null, { status: 302, headers: { location: 'http://evil.test/' } });
    const { complete, requests } = scripted([moved], { token });
    expect(await complete()).toMatchObject({ code: 'not-the-warden', status: 302, isTemporary: false });
    expect(requests.map(({ init }) => [init.redirect, init.headers])).toEqual([
      ['manual', { authorization: `Bearer ${token}` }],
    ]);
  });

  test('is in no error (P9)', async () => {
    const replies = [refused, never, cut, () => html(200), () => problem(401, 'unauthenticated')];
    for (const reply of replies) {
      const { complete, clock } = scripted([reply], { token });
      const result = complete();
      await clock.pass(20_000);
      const error = (await result) as WardenError;
      expect(error).toBeInstanceOf(WardenError);
      expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('secret');
      expect(`${error.message}${error.stack}${error.cause}`).not.toMatch(/secret|data of another page/);
    }
  });

  test.each([`${token}\n`, `${token} x`, 'pw_ü', ''])(
    '%j is refused and not shown: no header can have it',
    (wrong) => {
      const connecting = () => connect({ url: 'http://warden.test', token: wrong });
      expect(connecting).toThrow(/^token must consist of printable ASCII/);
      expect(connecting).not.toThrow(/secret/);
    },
  );
});

test.each([
  'localhost:8080',
  'ftp://warden.test',
  'http://me:secret@warden.test',
  'http://warden.test/?a',
  '',
])('the address %j is refused, and a password in it is not shown', (url) => {
  expect(() => connect({ url })).toThrow(/^url must be an http or https address/);
  expect(() => connect({ url })).not.toThrow(/secret/);
});

test('the address may have a path, and every value is encoded once', async () => {
  const { call, requests } = scripted([() => Response.json({ items: [] })], {
    url: 'https://warden.test/prod/',
  });
  await call('list', {
    path: { workflow: 'w' },
    query: { tag: ['a:b c', 'd+e'], limit: 5, started: false, prefix: undefined },
  });
  expect(requests[0]?.url).toBe(
    'https://warden.test/prod/v1/workflows/w/items?tag=a%3Ab%20c&tag=d%2Be&limit=5&started=false',
  );
});

test('a request that cannot be signed is tried again: credentials come over a network too', async () => {
  let tries = 0;
  const { complete, clock, requests } = scripted([done], {
    sign: ({ url, method, headers }) => {
      tries++;
      if (tries === 1) throw new Error('no credentials yet');
      return { authorization: `signed ${method} ${url} ${Object.keys(headers)}` };
    },
  });
  const result = complete();
  await clock.pass(1_000);
  expect(await result).toMatchObject({ outcome: 'on-time' });
  expect(requests[0]?.init.headers).toEqual({
    authorization: 'signed DELETE http://warden.test/v1/workflows/w/item?id=i ',
  });
});
