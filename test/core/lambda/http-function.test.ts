import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { limits } from '../../../core/contract/limits.ts';
import { startWarden } from '../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';

let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden();
});
afterAll(() => warden.close());

const path = '/v1/workflows/uploads/item?id=scan-1';
const plainPath = '/v1/workflows/uploads/items/scan-1';
const put = (text: string | Buffer, headers: Record<string, string> = {}) =>
  warden.request('PUT', path, { text, headers });

describe('a bad request (P7)', () => {
  test.each([
    ['not JSON', '{"timeout":', 400, 'invalid-json'],
    ['empty', '', 400, 'invalid-json'],
    ['a list', '[]', 400, 'invalid-request'],
    ['a string', '"x"', 400, 'invalid-request'],
    ['null', 'null', 400, 'invalid-request'],
  ])('whose body is %s is refused', async (_, body, status, code) => {
    expect(await put(body)).toMatchObject({
      status,
      headers: { 'content-type': 'application/problem+json' },
      json: { code, status },
    });
  });

  test.each([
    ['{"timeout":60,"colour":"red"}', 'colour'],
    ['{"timeout":60,"__proto__":1}', '__proto__'],
    ['{"timeout":60,"tags":{"__proto__":"x"}}', 'tags.__proto__'],
    ['{"timeout":60,"tags":{"a":1}}', 'tags.a'],
    ['{"timeout":true}', 'timeout'],
    ['{"timeout":"PT"}', 'timeout'],
    ['{"timeout":"P1Y"}', 'timeout'],
    ['{"timeout":"15 minutes"}', 'timeout'],
    ['{"deadline":"tomorrow"}', 'deadline'],
    ['{"deadline":"2026-03-01"}', 'deadline'],
    ['{"deadline":1772366400}', 'deadline'],
    ['{"timeout":60,"step":""}', 'step'],
    ['{"timeout":60,"step":"a\\u0000"}', 'step'],
    ['{"timeout":60,"run":7}', 'run'],
    ['{"timeout":60,"restart":"yes"}', 'restart'],
    ['{"timeout":"P1D5H"}', 'timeout'],
    ['{"timeout":"PT15M30"}', 'timeout'],
    ['{"timeout":"PT5Sgarbage"}', 'timeout'],
    ['{"timeout":"PT5S\\nfoo"}', 'timeout'],
    ['{"timeout":"P1DT"}', 'timeout'],
    ['{"timeout":{"seconds":5}}', 'timeout'],
    [`{"timeout":"PT${'1'.repeat(200_000)}"}`, 'timeout'],
    [`{"timeout":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 'timeout'],
    [`{"deadline":${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 'deadline'],
    ['{"timeout":60,"step":"a\\uffff"}', 'step'],
    ['{"timeout":60,"step":"\\u202egnp.exe"}', 'step'],
  ])('%s is refused with the name of the field and what is allowed', async (body, field) => {
    const { status, json } = await put(body);
    expect(status).toBe(400);
    expect(json.code).toBe('invalid-request');
    expect(json.errors).toEqual([
      { path: field, message: expect.stringMatching(/must|not allowed|expected|tag/) },
    ]);
  });

  test('has all its faults named at once', async () => {
    const { json } = await put('{"timeout":"x","step":"","extra":1}');
    expect(json.errors.map((error: { path: string }) => error.path).toSorted()).toEqual([
      'extra',
      'step',
      'timeout',
    ]);
  });

  test('with thousands of faults has the first ones named and the rest counted', async () => {
    const tags = Object.fromEntries(Array.from({ length: 9_000 }, (_, index) => [`_${index}`, 'x']));
    const { status, json, text } = await put(JSON.stringify({ timeout: 60, tags }));
    expect(status).toBe(400);
    expect(json.errors).toHaveLength(21);
    expect(json.errors.at(-1)).toEqual({ path: '', message: expect.stringMatching(/^and 89\d\d more$/) });
    expect(text.length).toBeLessThan(20_000);
  });

  test('with an If-Match that would have no effect is refused', async () => {
    expect(await put('{"timeout":60}', { 'if-match': '"1"' })).toMatchObject({
      status: 400,
      json: { errors: [{ path: 'If-Match' }] },
    });
  });

  test('that is too large is refused with the limit and its size', async () => {
    const data = `"${'x'.repeat(limits.dataBytes - 1)}"`;
    expect(await put(`{"timeout":60,"data":${data}}`)).toMatchObject({
      status: 413,
      json: { code: 'data-too-large' },
    });
    const refused = await put(`{"timeout":60,"data":"${'x'.repeat(300_000)}"}`);
    expect(refused).toMatchObject({ status: 413, json: { code: 'body-too-large' } });
    expect(refused.json.detail).toMatch(/300\d{3} bytes; at most 245760 bytes/);
    const largest = `"${'😀'.repeat((limits.dataBytes - 2) / 4)}"`;
    expect((await put(`{"timeout":60,"data":${largest}}`)).status).toBe(201);
    await warden.complete('uploads', 'scan-1');
  });

  test('to an unknown path is a 404, whatever else is wrong', async () => {
    for (const unknown of [
      '/',
      '/v1',
      '/v2/workflows',
      '/v1/workflows/',
      '/v1/nope?a=1&a=2',
      plainPath.replace('items', 'things'),
      path.replace('item', 'thing'),
    ]) {
      expect(await warden.request('GET', unknown)).toMatchObject({
        status: 404,
        json: { code: 'route-not-found' },
      });
    }
  });

  test.each([
    ['POST', path, 'PUT, GET, HEAD, PATCH, DELETE'],
    ['POST', plainPath, 'PUT, GET, HEAD, PATCH, DELETE'],
    ['POST', '/v1/workflows/uploads/item', 'PUT, GET, HEAD, PATCH, DELETE'],
    ['POST', '/v1/workflows', 'GET, HEAD'],
    ['POST', '/v1/workflows/uploads', 'GET, HEAD, PUT, PATCH, DELETE'],
    ['DELETE', '/v1/health', 'GET, HEAD'],
  ])('%s %s is a 405 that allows %s', async (method, route, allow) => {
    expect(await warden.request(method, route)).toMatchObject({
      status: 405,
      headers: { allow },
      json: { code: 'method-not-allowed' },
    });
  });

  test('in bytes that are not UTF-8 is refused', async () => {
    expect(await put(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]))).toMatchObject({
      status: 400,
      json: { code: 'invalid-json' },
    });
  });
});

describe('the item of a URL', () => {
  test.each([
    ['GET', '/item', 'id'],
    ['GET', '/item?ID=a', 'id'],
    ['GET', '/item?id=', 'id'],
    ['GET', '/item?id=a&id=a', 'id'],
    ['GET', '/item?id=a&id=b', 'id'],
    ['GET', '/item?id=100%', 'id'],
    ['GET', '/item?id=caf%E9', 'id'],
    ['GET', '/item?id=+a', 'id'],
    ['GET', '/item?id=a%E2%80%8Bb', 'id'],
    ['DELETE', '/item?id=a&runs=b', 'runs'],
    ['GET', '/items/a?id=a', 'id'],
    ['DELETE', '/items/a%253Fb', 'item'],
    ['GET', '/items/a/../b', 'item'],
    ['GET', '/items/a%23b', 'item'],
    ['GET', '/items/a/', 'item'],
  ])('%s %s is refused with the name of the parameter', async (method, rest, parameter) => {
    expect(await warden.request(method, `/v1/workflows/uploads${rest}`)).toMatchObject({
      status: 400,
      json: { code: 'invalid-request', errors: [{ path: parameter, message: expect.any(String) }] },
    });
  });

  test('that a path cannot carry is refused in the path form, with the URL that can carry it', async () => {
    const { json } = await warden.request('DELETE', '/v1/workflows/uploads/items/a%253Fb');
    expect(json.detail).toContain('use /v1/workflows/uploads/item?id=a%3Fb');
  });

  test.each([path, plainPath])(
    '%s must be the item that the body names; otherwise nothing is done',
    async (form) => {
      const workflow = warden.newWorkflow();
      const item = 'scan-1';
      const url = form.replace('uploads', workflow);
      const other = await warden.request('PUT', url, { body: { timeout: 60, item: 'scan-1?v=2' } });
      expect(other).toMatchObject({ status: 400, json: { errors: [{ path: 'item' }] } });
      expect(other.json.detail).toMatch(/"scan-1"; received "scan-1\?v=2"; use .*\?id=scan-1%3Fv%3D2/);
      expect((await warden.read(workflow, item)).status).toBe(404);
      const body = { timeout: 60, item, data: { item: 'data' } };
      expect(await warden.request('PUT', url, { body })).toMatchObject({ status: 201, json: { item } });
      const step = await warden.request('PATCH', url, { body: { step: 'x', item: 'scan-2' } });
      expect(step).toMatchObject({ status: 400, json: { errors: [{ path: 'item' }] } });
      expect(await warden.request('PATCH', url, { body: { item } })).toMatchObject({
        status: 400,
        json: { detail: expect.stringContaining('must have at least one of') },
      });
      expect((await warden.request('PATCH', url, { body: { step: 'y', item } })).json.step).toBe('y');
      expect((await warden.read(workflow, item)).json).toMatchObject({ step: 'y', data: { item: 'data' } });
      await warden.complete(workflow, item);
    },
  );

  test('is named in the log in either form, whether the request is refused or not', async () => {
    const seen = warden.logLines.length;
    await warden.request('GET', '/v1/workflows/uploads/items/log/a');
    await warden.request('GET', '/v1/workflows/uploads/item?id=log/a');
    await warden.request('GET', '/v1/workflows/uploads/item?run=x&id=log%2Fa');
    await warden.request('GET', '/v1/workflows/uploads/items?id=log%2Fa');
    const lines = warden.logLines.slice(seen).map((line) => JSON.parse(line));
    expect(lines.map(({ item }) => item)).toEqual(['log/a', 'log/a', 'log/a', undefined]);
  });
});

test('security M4: a log line has no name that was not parsed, and is short whatever a stranger sends', async () => {
  const seen = warden.logLines.length;
  await warden.request('GET', `/v1/workflows/${'w'.repeat(7_000)}/items`);
  await warden.request('GET', `/v1/workflows/uploads/item?id=${'i'.repeat(7_000)}`);
  await warden.request('GET', '/v1/workflows/uploads/item?id=%C2%9B31m%E2%80%AE');
  const lines = warden.logLines.slice(seen);
  for (const line of lines) expect(line.length).toBeLessThan(500);
  expect(lines.map((line) => JSON.parse(line).item)).toEqual([undefined, undefined, undefined]);
  expect(lines.map((line) => JSON.parse(line).workflow)).toEqual([undefined, 'uploads', 'uploads']);
});

describe('a body', () => {
  test.each([
    'application/json',
    'application/octet-stream',
    'application/x-www-form-urlencoded',
    'text/plain',
  ])('is read whatever its content type says: %s', async (type) => {
    expect((await put('{"timeout":60,"data":"ü"}', { 'content-type': type })).status).toBeLessThan(300);
    expect((await warden.read('uploads', 'scan-1')).json.data).toBe('ü');
  });
});

describe('the log (P9)', () => {
  test('contains operation, workflow, item, request, outcome and time, and never data, reasons or runs', async () => {
    const secret = 'SECRET-4711';
    const item = '/v1/workflows/uploads/item?id=private';
    await warden.request('PUT', item, {
      body: { timeout: 60, data: { secret }, run: secret, tags: { t: secret } },
    });
    await warden.request('PUT', item, { text: `{"timeout":60,"data":"${secret}"` });
    await warden.request('PUT', item, {
      body: { timeout: secret, step: `${secret}\u0000`, tags: { [secret]: 1 } },
    });
    await warden.request('PUT', item, {
      body: { timeout: 60, run: 'b' },
      headers: { authorization: secret },
    });
    await warden.request('GET', item);
    await warden.request('GET', `${item}&token=${secret}`);
    await warden.request('PATCH', item, { body: { failed: { reason: secret, type: secret } } });
    await warden.request('DELETE', `${item}&run=${secret}`);
    const log = warden.logLines.join('\n');
    expect(log).not.toContain(secret);
    const lines = warden.logLines.map((line) => JSON.parse(line)).filter((line) => line.item === 'private');
    expect(lines).toHaveLength(8);
    expect(lines[0]).toEqual({
      timestamp: expect.any(String),
      level: 'info',
      message: 'handled',
      operation: 'register',
      requestId: expect.any(String),
      caller: 'open',
      workflow: 'uploads',
      item: 'private',
      status: 201,
      outcome: 'created',
      durationMs: 0,
    });
    expect(lines[1]).toMatchObject({ message: 'refused', status: 400, code: 'invalid-json' });
  });
});

describe('an internal failure (P7)', () => {
  test('is a 5xx that may be retried, does not reveal its cause, and is logged', async () => {
    const broken = await startWarden();
    try {
      broken.aws.dynamodb.destroy();
      broken.aws.dynamodb.send = async () => {
        throw Object.assign(new Error('internals: table arn:aws:…'), {
          name: 'ThrottlingException',
          $metadata: {},
        });
      };
      const busy = await broken.register('uploads', 'a', { timeout: 60 });
      expect(busy).toMatchObject({
        status: 503,
        headers: { 'retry-after': '1' },
        json: { code: 'unavailable' },
      });
      broken.aws.dynamodb.send = async () => {
        throw new TypeError('cannot read internals');
      };
      const failed = await broken.read('uploads', 'a');
      expect(failed).toMatchObject({
        status: 500,
        headers: { 'retry-after': '1' },
        json: { code: 'internal-error' },
      });
      expect(busy.text + failed.text).not.toContain('internals');
      const logged = broken.logLines.map((line) => JSON.parse(line)).filter(({ level }) => level === 'error');
      expect(logged).toMatchObject([
        { message: 'failed', status: 503, error: 'ThrottlingException' },
        { message: 'failed', status: 500, error: 'TypeError' },
      ]);
    } finally {
      await broken.close();
    }
  });
});
