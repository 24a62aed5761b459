import { request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { HttpHandler, HttpRoute } from '../../local/http-bridge/answer.ts';
import { startHttpBridge } from '../../local/http-bridge.ts';
import { ManualClock } from '../support/manual-clock.ts';

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

interface Sent {
  method?: string;
  path?: string;
  headers?: OutgoingHttpHeaders;
  body?: string | Buffer;
}

/** Replies with the event that it received. */
const echo: HttpHandler = async (event) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(event),
});

const itemRoute = '/v1/workflows/{workflow}/items/{item+}';
const itemRoutes: HttpRoute[] = [
  { method: 'PUT', path: itemRoute, handler: echo },
  { method: 'GET', path: itemRoute, handler: echo },
  { method: 'GET', path: '/v1/workflows/{workflow}/items', handler: echo },
  { method: 'GET', path: '/v1/workflows/{workflow}', handler: echo },
  { method: 'GET', path: '/v1/workflows/special', handler: echo },
  { method: 'ANY', path: '/v1/{rest+}', handler: echo },
];

async function start(routes: HttpRoute[] = itemRoutes, fallback: HttpHandler = echo) {
  const errors: unknown[] = [];
  const clock = new ManualClock('2026-11-21T21:42:50.123Z');
  const onError = (error: unknown) => void errors.push(error);
  const where = { host: '127.0.0.1', port: 0, anyHost: true };
  const bridge = await startHttpBridge({ ...where, routes, fallback, clock, onError });
  onTestFinished(() => bridge.close());
  const send = ({ method = 'GET', path = '/', headers = {}, body }: Sent = {}): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const request = httpRequest(
        { host: '127.0.0.1', port: bridge.port, method, path, headers },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
          });
        },
      );
      request.on('error', reject);
      request.end(body);
    });
  const event = async (sent: Sent): Promise<APIGatewayProxyEventV2> => JSON.parse((await send(sent)).body);
  return { bridge, send, event, errors, clock };
}

/** Sends bytes as they are. Returns what arrived until the connection closed. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(text, 'latin1'));
    let received = '';
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
    });
    socket.on('error', () => resolve(received));
    socket.on('close', () => resolve(received));
  });
}

describe('routes', () => {
  // Captured from HTTP APIs by hotsock/voker (#8) and, for slashes, by brefphp/symfony-bridge (#53).
  test.each([
    ['space%20value', 'space value'],
    ['slash%2Fvalue', 'slash/value'],
    ['question%3Fvalue', 'question'],
    ['hash%23value', 'hash#value'],
    ['literal%252Fvalue', 'literal/value'],
    ['literal%253Fvalue', 'literal?value'],
    ['literal%2525value', 'literal%value'],
    ['%CE%BB', 'λ'],
    ['s3://bucket/key', 's3:/bucket/key'],
    ['a%2F%2Fb', 'a/b'],
    ['a////b', 'a/b'],
    // Not captured: these characters stay as they are.
    ['a/b/c', 'a/b/c'],
    ['a+b', 'a+b'],
    ['a%2Bb', 'a+b'],
    ['%F0%9F%9A%80', '🚀'],
    ['a/../b', 'a/../b'],
    ['..', '..'],
    ['%2E%2E/x', '../x'],
    ['a/', 'a/'],
    ['/a', 'a'],
  ])('the item %s arrives as %s', async (encoded, item) => {
    const { event } = await start();
    const path = `/v1/workflows/orders/items/${encoded}`;
    const got = await event({ method: 'PUT', path: `${path}?a=%2F` });
    expect(got.pathParameters).toEqual({ workflow: 'orders', item });
    expect(got.routeKey).toBe(`PUT ${itemRoute}`);
    expect(got.rawPath).toBe(`/v1/workflows/orders/items/${item}`);
    expect(got.requestContext.http.path).toBe(got.rawPath);
    expect(got.rawQueryString).toBe('a=%2F');
  });

  // Captured by the same projects: queries are never changed, only read.
  test.each([
    ['a=1&a=2', { a: '1,2' }],
    ['a=x+y&b=x%2By', { a: 'x y', b: 'x+y' }],
    ['id=%3F%25%23', { id: '?%#' }],
    ['id=a%252Fb&id=s3://b//k', { id: 'a%2Fb,s3://b//k' }],
  ])('the query %s arrives as it was sent, and read', async (query, parameters) => {
    const { event } = await start();
    const got = await event({ path: `/v1/workflows/orders/items/cut%3Fhere?${query}` });
    expect(got.rawQueryString).toBe(query);
    expect(got.queryStringParameters).toEqual(parameters);
    expect(got.pathParameters).toEqual({ workflow: 'orders', item: 'cut' });
  });

  test.each([
    ['GET', '/v1/workflows/special', 'GET /v1/workflows/special', undefined],
    ['GET', '/v1/workflows/other', 'GET /v1/workflows/{workflow}', { workflow: 'other' }],
    // Found by the decoded path: a `{parameter}` with %2F is a 404 on AWS.
    ['GET', '/v1/workflows/w%2Fx', 'ANY /v1/{rest+}', { rest: 'workflows/w/x' }],
    ['GET', '/v1/workflows/w%2Fitems%252Fa', `GET ${itemRoute}`, { workflow: 'w', item: 'a' }],
    ['GET', '/v1/workflows/w/items%3F/a', 'GET /v1/workflows/{workflow}/items', { workflow: 'w' }],
    ['GET', '/v1/workflows//w', 'GET /v1/workflows/{workflow}', { workflow: 'w' }],
    ['GET', '/v1/workflows/w/items', 'GET /v1/workflows/{workflow}/items', { workflow: 'w' }],
    ['GET', '/v1/workflows/w/items/', 'ANY /v1/{rest+}', { rest: 'workflows/w/items/' }],
    ['PATCH', '/v1/workflows/special', 'ANY /v1/{rest+}', { rest: 'workflows/special' }],
    ['GET', '/v1/', '$default', undefined],
    ['GET', '/v1', '$default', undefined],
    ['GET', '/', '$default', undefined],
  ])('%s %s is taken by %s', async (method, path, routeKey, pathParameters) => {
    const { event } = await start();
    const got = await event({ method, path });
    expect(got.routeKey).toBe(routeKey);
    expect(got.requestContext.routeKey).toBe(routeKey);
    expect(got.pathParameters).toEqual(pathParameters);
  });

  test('a greedy parameter that is not the last is refused', async () => {
    await expect(start([{ method: 'GET', path: '/{a+}/b', handler: echo }])).rejects.toThrow(
      'must come last',
    );
  });

  test.each([
    '/v1/workflows/w/items/percent%25done',
    '/v1/workflows/w/items/100%25',
    '/v1/workflows/w/items/%',
    '/v1/workflows/w/items/%zz',
    '/nowhere/%C3',
    '/a/%C3/%A9',
  ])('malformed percent encoding in %s is a 400', async (path) => {
    const { send, errors } = await start();
    const answer = await send({ method: 'PUT', path });
    expect([answer.status, answer.body]).toEqual([400, '{"message":"Bad Request"}']);
    expect(errors).toEqual([]);
  });
});

describe('events', () => {
  test('an event is complete', async () => {
    const { event } = await start();
    const got = await event({
      path: '/v1/workflows/w?tag=a&tag=b%26c&q=x+y%2Bz&empty',
      headers: { 'User-Agent': 'tests', Cookie: 'a=1; b=2', 'X-Twice': ['1', '2'], host: 'warden.test:80' },
    });
    expect(got).toEqual({
      version: '2.0',
      routeKey: 'GET /v1/workflows/{workflow}',
      rawPath: '/v1/workflows/w',
      rawQueryString: 'tag=a&tag=b%26c&q=x+y%2Bz&empty',
      cookies: ['a=1', 'b=2'],
      headers: { 'user-agent': 'tests', 'x-twice': '1,2', host: 'warden.test:80', connection: 'keep-alive' },
      queryStringParameters: { tag: 'a,b&c', q: 'x y+z', empty: '' },
      pathParameters: { workflow: 'w' },
      requestContext: {
        accountId: '000000000000',
        apiId: 'local',
        domainName: 'warden.test',
        domainPrefix: 'warden',
        http: {
          method: 'GET',
          path: '/v1/workflows/w',
          protocol: 'HTTP/1.1',
          sourceIp: '127.0.0.1',
          userAgent: 'tests',
        },
        requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
        routeKey: 'GET /v1/workflows/{workflow}',
        stage: '$default',
        time: '21/Nov/2026:21:42:50 +0000',
        timeEpoch: Date.parse('2026-11-21T21:42:50.123Z'),
      },
      isBase64Encoded: false,
    });
  });

  test('repeated headers that Node would drop are joined', async () => {
    const { bridge } = await start();
    const head =
      'GET / HTTP/1.1\r\nhost: x\r\nauthorization: a\r\nauthorization: b\r\nconnection: close\r\n\r\n';
    expect(await raw(bridge.port, head)).toContain('"authorization":"a,b"');
  });

  test('every request has an id of its own, which the reply contains', async () => {
    const { send } = await start();
    const answers = [await send(), await send()];
    const ids = answers.map((answer) => JSON.parse(answer.body).requestContext.requestId);
    expect(new Set(ids).size).toBe(2);
    expect(answers.map((answer) => answer.headers['apigw-requestid'])).toEqual(ids);
  });

  test.each([
    ['application/json', '{"a":"é"}', false],
    ['application/problem+json; charset=utf-8', '{}', false],
    ['text/csv', 'a,b', false],
    ['application/x-www-form-urlencoded', 'a=b', false],
    [undefined, 'plain', false],
    ['application/octet-stream', 'plain', true],
    ['image/svg+xml', '<svg/>', true],
    ['application/json', Buffer.from([0xff, 0xfe]), true],
  ])('a body of type %s is %s with base64 %s', async (type, body, isBase64) => {
    const { event } = await start();
    const got = await event({ method: 'POST', headers: type ? { 'content-type': type } : {}, body });
    expect(got.isBase64Encoded).toBe(isBase64);
    expect(Buffer.from(got.body ?? '', isBase64 ? 'base64' : 'utf8')).toEqual(Buffer.from(body));
  });

  test('a body of 6 MB passes, one byte more is a 413 however it is sent', async () => {
    let calls = 0;
    const count: HttpHandler = async (event) => {
      calls += 1;
      return { statusCode: 200, body: String(event.body?.length) };
    };
    const { send } = await start([], count);
    const limit = 6 * 1024 * 1024;
    expect((await send({ method: 'POST', body: 'x'.repeat(limit) })).body).toBe(String(limit));
    const over = Buffer.alloc(limit + 1, 'x');
    for (const headers of [{ 'content-length': limit + 1 }, { 'transfer-encoding': 'chunked' }]) {
      const answer = await send({ method: 'POST', headers, body: over });
      expect([answer.status, answer.body]).toEqual([413, '{"message":"Request Entity Too Large"}']);
    }
    expect(calls).toBe(1);
  });

  test('the context says who called and how much time is left', async () => {
    let context: Context | undefined;
    const { send, clock } = await start([], async (_event, given) => {
      context = given;
      return { statusCode: 204 };
    });
    await send();
    expect(context?.functionName).toBe('$default');
    expect(context?.awsRequestId).toMatch(/^[0-9a-f-]{36}$/);
    clock.advance(9_000);
    expect(context?.getRemainingTimeInMillis()).toBe(20_000);
  });
});

describe('replies', () => {
  test('status, headers, cookies and base64 body are sent', async () => {
    const { send } = await start([], async () => ({
      statusCode: 201,
      headers: { 'Content-Type': 'image/png', ETag: 7, 'X-Yes': true, 'Content-Length': 999 },
      cookies: ['a=1', 'b=2'],
      body: Buffer.from('PNG').toString('base64'),
      isBase64Encoded: true,
    }));
    const answer = await send();
    expect(answer).toMatchObject({ status: 201, body: 'PNG' });
    expect(answer.headers).toMatchObject({
      'content-type': 'image/png',
      etag: '7',
      'x-yes': 'true',
      'content-length': '3',
      'set-cookie': ['a=1', 'b=2'],
    });
  });

  test('HEAD is a method of its own and receives no body', async () => {
    const { send } = await start();
    const answer = await send({ method: 'HEAD', path: '/v1/workflows/special' });
    expect([answer.status, answer.body]).toEqual([200, '']);
    expect(Number(answer.headers['content-length'])).toBeGreaterThan(0);
  });

  test('204 has neither body nor length', async () => {
    const { send } = await start([], async () => ({ statusCode: 204, body: 'lost' }));
    const answer = await send();
    expect([answer.status, answer.body]).toEqual([204, '']);
    expect(answer.headers['content-length']).toBeUndefined();
  });

  test.each<[string, HttpHandler]>([
    ['throws', () => Promise.reject(new Error('broken'))],
    [
      'throws before its promise',
      () => {
        throw new Error('broken');
      },
    ],
    ['returns no status code', async () => ({ body: '{}' })],
    [
      'returns a header no connection can carry',
      async () => ({ statusCode: 200, headers: { x: 'a\nb', y: 'c' } }),
    ],
    ['returns a cookie no connection can carry', async () => ({ statusCode: 200, cookies: ['a=b\nc'] })],
  ])('a handler that %s is reported and gives a 500', async (_what, handler) => {
    const { send, errors } = await start([], handler);
    const answer = await send();
    expect([answer.status, answer.body]).toEqual([500, '{"message":"Internal Server Error"}']);
    expect(answer.headers['apigw-requestid']).toBeDefined();
    expect(errors).toHaveLength(1);
  });
});

describe('the connection', () => {
  test('garbage is refused and the next request is answered', async () => {
    const { bridge, send } = await start();
    const garbage = [
      '\0\x01\x02\r\n\r\n',
      'GET  HTTP/9.9\r\n\r\n',
      'GET * HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
      'GET /\xff HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
      'CONNECT a:1 HTTP/1.1\r\nhost: x\r\n\r\n',
    ];
    for (const text of garbage) expect(await raw(bridge.port, text)).not.toContain(' 200 ');
    expect((await send()).status).toBe(200);
  });

  test('a caller that leaves before the end disturbs nobody', async () => {
    const { bridge, send, errors } = await start();
    await new Promise<void>((resolve) => {
      const socket = connect(bridge.port, '127.0.0.1', () => {
        socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf', () => socket.destroy());
      });
      socket.on('close', () => resolve());
    });
    expect((await send()).status).toBe(200);
    expect(errors).toEqual([]);
  });

  test('a port in use rejects with EADDRINUSE', async () => {
    const { bridge } = await start();
    const options = { host: '127.0.0.1', port: bridge.port, routes: [], fallback: echo };
    await expect(
      startHttpBridge({ ...options, clock: new ManualClock(), onError: () => undefined }),
    ).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });

  test('close lets a request finish and accepts no new one', async () => {
    const entered = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const { bridge, send } = await start([], async () => {
      entered.resolve();
      await release.promise;
      return { statusCode: 200, body: 'done' };
    });
    const underWay = send();
    await entered.promise;
    const closed = bridge.close();
    await expect(send()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    release.resolve();
    const before = performance.now();
    expect((await underWay).body).toBe('done');
    await closed;
    expect(performance.now() - before).toBeLessThan(500);
  });

  // Waits for the second that close allows.
  test('close cuts off a request that takes longer than a second', async () => {
    const entered = Promise.withResolvers<void>();
    const { bridge, send } = await start([], () => {
      entered.resolve();
      return new Promise(() => undefined);
    });
    const underWay = expect(send()).rejects.toMatchObject({ code: 'ECONNRESET' });
    await entered.promise;
    const before = performance.now();
    await bridge.close();
    await underWay;
    expect(performance.now() - before).toBeLessThan(1_500);
  });
});

test('idle connections are kept longer than by clients: while one is closed, a request on it would be reset', async () => {
  const { send } = await start();
  expect((await send()).headers['keep-alive']).toBe('timeout=120');
});
