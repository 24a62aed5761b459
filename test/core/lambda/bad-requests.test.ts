import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startWarden } from '../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';

let warden: EmbeddedWarden;
beforeAll(async () => {
  warden = await startWarden();
});
afterAll(() => warden.close());

const path = '/v1/workflows/uploads/item?id=scan-1';
const put = (text: string | Buffer, headers: Record<string, string> = {}) =>
  warden.request('PUT', path, { text, headers });

describe('users 9: the reply to a bad request', () => {
  test.each([
    ["{'timeout': 60}", {}, /line 1 column 2; names and texts need double quotes, not single quotes$/],
    ['{"timeout": 60,}', {}, /line 1 column 16; remove the comma before the }/],
    ['timeout=60&step=a', { 'content-type': 'application/x-www-form-urlencoded' }, /form data/],
    ['<item timeout="60"/>', { 'content-type': 'application/xml' }, /XML/],
    [
      '--x\r\nContent-Disposition: form-data',
      { 'content-type': 'multipart/form-data; boundary=x' },
      /multipart/,
    ],
  ])('%j is not JSON, with the place and the likely cause', async (text, headers, detail) => {
    expect(await put(text, headers)).toMatchObject({
      status: 400,
      json: { code: 'invalid-json', detail: expect.stringMatching(detail), errors: [{ path: '' }] },
    });
  });

  test.each([
    ['{"timeOut": 60}', 'timeOut', 'unknown; did you mean timeout?'],
    ['{"timeout": 60, "dta": 1}', 'dta', 'unknown; did you mean data?'],
    ['{"timeout": 60, "tag": {}}', 'tag', 'unknown; did you mean tags?'],
    [
      '{"timeout": 60, "tags": []}',
      'tags',
      'must be an object, such as {"customer":"acme"}; received a list',
    ],
    ['{"timeout": 60, "step": []}', 'step', 'must be a text, such as "copied"; received a list'],
    ['{"timeout": 60, "restart": "yes"}', 'restart', 'must be true or false; received "yes"'],
  ])('%s names %s: %s', async (text, field, message) => {
    expect((await put(text)).json.errors).toEqual([{ path: field, message }]);
  });

  test('a member that is not near any other is refused with those that there are', async () => {
    const { json } = await put('{"timeout": 60, "priority": 1}');
    expect(json.errors[0].message).toMatch(/^unknown; not allowed here; allowed: item, timeout, deadline, /);
  });

  test.each([
    ['PATCH', '/v1/workflows/uploads/item?id=a', { failed: {} }, 'failed.reason', /^is missing; it must be /],
    ['POST', '/v1/tokens', { name: 'a', workflows: ['*'] }, 'scopes', /^is missing; it must be a list/],
    ['POST', '/v1/tokens', { name: 'a', scopes: ['read'] }, 'workflows', /^is missing; it must be a list/],
    [
      'PUT',
      '/v1/workflows/uploads',
      { expect: { every: 'PT1H' } },
      'expect.atLeast',
      /^is missing; it must be/,
    ],
    [
      'PUT',
      '/v1/workflows/uploads',
      { expect: { atLeast: 1 } },
      'expect.every',
      /^is missing; it must be a number of seconds/,
    ],
    [
      'PUT',
      '/v1/workflows/uploads/silence',
      { until: '2026-03-02T00:00:00Z' },
      'reason',
      /^is missing; it must be/,
    ],
    ['POST', '/v1/workflows/uploads/redrives', { dryrun: true }, 'dryrun', /did you mean dryRun\?/],
    [
      'GET',
      '/v1/workflows/uploads/items?status=overdue',
      undefined,
      'status',
      /did you mean state\? This is a query parameter/,
    ],
    ['GET', '/v1/workflows/uploads/items/a?b=c', undefined, 'b', /This is a query parameter\. .*%3F/],
  ])('%s %s %j names %s', async (method, url, body, field, message) => {
    const { status, json } = await warden.request(method, url, { body });
    expect(status).toBe(400);
    expect(json.errors).toContainEqual({ path: field, message: expect.stringMatching(message) });
    expect(JSON.stringify(json)).not.toContain('undefined');
  });

  test.each([
    [{ operation: 'register', item: 'a' }, 'op', /is missing.*did you mean op instead of "operation"\?/],
    [{ op: 'remove', item: 'a' }, 'op', /must be register, progress or complete; received "remove"/],
    [7, 'op', /an operation must be an object; received 7/],
    [{ op: 'register', item: 'a', timeOut: 60 }, 'timeOut', /did you mean timeout/],
    [{ op: 'register', timeout: 60 }, 'item', /is missing/],
  ])('the operation %j names %s', async (operation, field, message) => {
    const { json } = await warden.request('POST', '/v1/workflows/uploads/batch', {
      body: { operations: [operation] },
    });
    expect(json.results[0].errors).toContainEqual({ path: field, message: expect.stringMatching(message) });
  });

  test('a reason that is too long or has a control character says so', async () => {
    await warden.register('uploads', 'reasons', { timeout: 60 });
    const failed = (reason: string) => warden.progress('uploads', 'reasons', { failed: { reason } });
    expect((await failed('a'.repeat(2_000))).json.detail).toContain('received 2000: "aaa');
    expect((await failed('ok\u001b[31mred')).json.detail).toContain('received U+001B at position 3');
  });
});

describe('users 9, public reports: bodies that are not plain UTF-8', () => {
  test('a byte order mark is ignored', async () => {
    for (const type of ['application/json', 'application/octet-stream']) {
      const workflow = warden.newWorkflow();
      const url = `/v1/workflows/${workflow}/item?id=bom`;
      const text = '\ufeff{"timeout":60,"data":{"a":1}}';
      const reply = await warden.request('PUT', url, { text, headers: { 'content-type': type } });
      expect(reply.status).toBe(201);
      expect((await warden.read(workflow, 'bom')).json.data).toEqual({ a: 1 });
    }
  });

  test('a compressed body is a 415 that says what to send', async () => {
    const text = gzipSync('{"timeout":60}');
    const headers = { 'content-encoding': 'gzip', 'content-type': 'application/json' };
    expect(await put(text, headers)).toMatchObject({
      status: 415,
      headers: { 'accept-encoding': 'identity' },
      json: { code: 'encoding-not-supported', detail: expect.stringContaining('uncompressed') },
    });
    expect((await put('{"timeout":60}', { 'content-encoding': 'identity' })).status).toBeLessThan(300);
    expect((await put(text)).json.detail).toContain('gzip');
    expect((await put(Buffer.from('\ufeff{}', 'utf16le'))).json.detail).toContain('UTF-16');
  });
});

test('security L4, users 9: every reply forbids caches and guesses of its type, and JSON ends with a line end', async () => {
  await warden.register('uploads', 'headers', { timeout: 60 });
  for (const [method, url] of [
    ['GET', '/v1/workflows/uploads/item?id=headers'],
    ['GET', '/v1/workflows/uploads/items'],
    ['GET', '/v1/workflows/uploads/items?format=jsonl'],
    ['GET', '/v1/incidents'],
    ['GET', '/v1/health'],
    ['GET', '/v1/openapi.json'],
    ['GET', '/v1/nope'],
    ['GET', '/v1/workflows/uploads/item?id=missing'],
  ] as const) {
    const { headers, text } = await warden.request(method, url);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
    expect(text.endsWith('}\n')).toBe(true);
  }
});

describe('public report O, users 9: HEAD', () => {
  test('is answered as GET, without the body', async () => {
    await warden.register('uploads', 'head', { timeout: 60 });
    for (const url of ['/v1/health', '/v1/workflows', '/v1/workflows/uploads/item?id=head']) {
      const get = await warden.request('GET', url);
      const head = await warden.request('HEAD', url);
      expect(head).toMatchObject({ status: get.status, text: '' });
      expect(head.headers['content-type']).toBe(get.headers['content-type']);
    }
    expect((await warden.request('HEAD', '/v1/workflows/uploads/item?id=none')).status).toBe(404);
    expect((await warden.request('HEAD', '/v1/workflows/uploads/batch')).status).toBe(405);
  });

  test('and GET of health accept any query', async () => {
    for (const query of ['?t=1', '?a=1&a=2', '?%zz', '?source=uptime&x']) {
      expect((await warden.request('GET', `/v1/health${query}`)).status).toBe(200);
      expect((await warden.request('HEAD', `/v1/health${query}`)).status).toBe(200);
    }
  });
});
