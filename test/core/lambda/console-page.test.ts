import { expect, test } from 'vitest';
import { consolePage } from '../../../core/lambda/console-page.ts';

const files = new Map([
  ['index.html', '<!doctype html><title>Process Warden</title>'],
  ['main-AB12.js', 'render()'],
  ['style-CD34.css', 'body {}'],
]);
const answer = consolePage(async () => files);
const get = (rawPath: string, headers = {}) => answer({ rawPath, headers });

test.each(['/', '/console', '/console/'])(
  'at %s is the page, which runs and reads only what is its own',
  async (path) => {
    expect(await get(path)).toEqual({
      statusCode: 200,
      headers: {
        'content-type': 'text/html; charset=utf-8',
        // It names the files with their hashes, so an old page would ask for files that are gone.
        'cache-control': 'no-cache',
        'content-security-policy': [
          "default-src 'none'",
          "script-src 'self'",
          "style-src 'self'",
          "connect-src 'self'",
          "img-src 'self' data:",
          "base-uri 'none'",
          "form-action 'none'",
          "frame-ancestors 'none'",
        ].join('; '),
        // A runbook elsewhere must not learn the address of an incident.
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
        etag: expect.stringMatching(/^"[\w-]{43}"$/),
      },
      body: files.get('index.html'),
    });
  },
);

test('a browser that has the page is told so, until the page is another', async () => {
  const first = await get('/console');
  const etag = String(first.headers?.etag);
  expect(await get('/console', { 'if-none-match': etag })).toEqual({ statusCode: 304, headers: { etag } });
  expect(await get('/console', { 'if-none-match': '"another"' })).toEqual(first);
  const next = consolePage(async () => new Map([['index.html', 'the next version']]));
  const reply = await next({ rawPath: '/console', headers: { 'if-none-match': etag } });
  expect(reply).toMatchObject({ statusCode: 200, body: 'the next version' });
  expect(reply.headers?.etag).not.toBe(etag);
});

test.each([
  ['/console/main-AB12.js', 'text/javascript; charset=utf-8', 'render()'],
  ['/console/style-CD34.css', 'text/css; charset=utf-8', 'body {}'],
])('%s never changes, so it is kept for ever', async (path, type, body) => {
  expect(await get(path)).toEqual({
    statusCode: 200,
    headers: {
      'content-type': type,
      'cache-control': 'public, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
    },
    body,
  });
});

test.each(['main-0000.js', '../index.html', 'main-AB12.js/', '<script>alert(1)</script>', '__proto__'])(
  'a file that it does not have is not found, and its name is plain text: %s',
  async (name) => {
    const reply = await get(`/console/${name}`);
    expect(reply).toEqual({
      statusCode: 404,
      headers: { 'content-type': 'text/plain; charset=utf-8', 'x-content-type-options': 'nosniff' },
      body: `the console has no file "${name}"\n`,
    });
  },
);
