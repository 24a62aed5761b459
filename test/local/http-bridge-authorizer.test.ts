import type { APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import { expect, onTestFinished, test } from 'vitest';
import type { HttpHandler } from '../../local/http-bridge/answer.ts';
import type { HttpAuthorizer } from '../../local/http-bridge/authorized.ts';
import { startHttpBridge } from '../../local/http-bridge.ts';
import { ManualClock } from '../support/manual-clock.ts';

/** Replies with the caller in the context. */
const who: HttpHandler = async (event) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify((event.requestContext as { authorizer?: object }).authorizer ?? null),
});

async function start(authorizer: HttpAuthorizer) {
  const errors: unknown[] = [];
  const bridge = await startHttpBridge({
    host: '127.0.0.1',
    port: 0,
    routes: [
      { method: 'GET', path: '/guarded/{name}', handler: who },
      { method: 'GET', path: '/open', open: true, handler: who },
    ],
    fallback: who,
    authorizer,
    clock: new ManualClock(),
    onError: (error) => errors.push(error),
  });
  onTestFinished(() => bridge.close());
  const get = async (path: string, headers: Record<string, string> = {}) => {
    const reply = await fetch(bridge.url + path, { headers });
    return { status: reply.status, body: await reply.json() };
  };
  return { get, errors };
}

test('the authorizer is called every time, with the request without its body, and its context is passed on', async () => {
  const asked: APIGatewayRequestAuthorizerEventV2[] = [];
  const { get } = await start(async (event) => {
    asked.push(event);
    return { isAuthorized: true, context: { tokenId: 'a' } };
  });
  const reply = { status: 200, body: { lambda: { tokenId: 'a' } } };
  expect(await get('/guarded/x?a=1', { authorization: 'Bearer t' })).toEqual(reply);
  expect(await get('/guarded/x?a=1', { authorization: 'Bearer t' })).toEqual(reply);
  expect(asked).toHaveLength(2);
  expect(asked[0]).toMatchObject({
    version: '2.0',
    type: 'REQUEST',
    routeKey: 'GET /guarded/{name}',
    rawPath: '/guarded/x',
    rawQueryString: 'a=1',
    identitySource: ['Bearer t'],
    headers: { authorization: 'Bearer t' },
    pathParameters: { name: 'x' },
    requestContext: { requestId: expect.any(String) },
  });
  expect(asked[0]).not.toHaveProperty('body');
});

test('it is called for unknown paths and without a header, but not on open routes', async () => {
  let asked = 0;
  const { get } = await start(async () => ({ isAuthorized: true, context: { asked: ++asked } }));
  expect((await get('/elsewhere')).body).toEqual({ lambda: { asked: 1 } });
  expect((await get('/guarded/x')).body).toEqual({ lambda: { asked: 2 } });
  expect((await get('/open')).body).toBeNull();
});

test('its refusal is a 403 without a call of the handler', async () => {
  for (const answer of [{ isAuthorized: false, context: { tokenId: 'a' } }, {}, { isAuthorized: 'true' }]) {
    const { get } = await start(async () => answer as { isAuthorized: boolean });
    expect(await get('/guarded/x')).toEqual({ status: 403, body: { message: 'Forbidden' } });
    expect((await get('/elsewhere')).status).toBe(403);
  }
});

test('its failure is a 500 without a call of the handler', async () => {
  const { get, errors } = await start(async () => {
    throw new Error('no database');
  });
  expect(await get('/guarded/x')).toEqual({ status: 500, body: { message: 'Internal Server Error' } });
  expect(errors).toHaveLength(1);
});
