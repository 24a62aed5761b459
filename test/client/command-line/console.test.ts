import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { callersCredentials } from '../../../client/command-line/console/credentials.ts';
import { regionOf } from '../../../client/command-line/console/region.ts';
import { until } from '../../e2e/support/until.ts';
import { startWarden } from '../../support/start-warden.ts';
import { makeToken } from '../../support/tokens.ts';
import type { EmbeddedWarden } from '../../support/warden.ts';
import { type CommandOptions, wardenCommand } from '../../support/warden-command.ts';

let warden: EmbeddedWarden;
let token: string;
beforeAll(async () => {
  warden = await startWarden({ auth: true });
  ({ token } = await makeToken(warden, { scopes: ['admin'] }));
});
afterAll(() => warden.close());

/** `warden console` while it runs. */
async function startConsole(args: readonly string[], options: CommandOptions = {}) {
  const interrupt = new AbortController();
  let shown = '';
  const onShown = (text: string) => {
    shown = text;
  };
  const ended = wardenCommand(warden, ['console', ...args], {
    ...options,
    onShown,
    signal: interrupt.signal,
  });
  const end = () => {
    interrupt.abort();
    return ended;
  };
  onTestFinished(() => void end());
  const url = await until(
    'address',
    5_000,
    () => /http:\/\/127\.0\.0\.1:\d+\/[\w-]{43}\/console/.exec(shown)?.[0],
  );
  return { url, base: url.replace(/\/console$/, ''), shown: () => shown, end };
}

/** As a caller that sets every header itself. */
function get(url: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; headers: IncomingHttpHeaders; text: string }>((resolve, reject) => {
    request(url, { headers, method }, async (response) => {
      let text = '';
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode ?? 0, headers: response.headers, text });
    })
      .once('error', reject)
      .end();
  });
}

/** What an API with IAM received. It lets everybody in who signs, as the admin. */
async function startIamApi() {
  const received: { authorization: string; target: string; headers: IncomingHttpHeaders }[] = [];
  const server = createServer(async (incoming, response) => {
    let body = '';
    for await (const chunk of incoming) body += chunk;
    const { method = 'GET', url: target = '', headers } = incoming;
    received.push({ authorization: headers.authorization ?? '', target, headers });
    if (!headers.authorization?.startsWith('AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/')) {
      response.writeHead(403, { 'content-type': 'application/json' }).end('{"message":"Forbidden"}');
      return;
    }
    const reply = await fetch(warden.url + target, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body !== '' && { body }),
    });
    response.writeHead(reply.status, { 'content-type': 'application/json' }).end(await reply.text());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, received };
}

/** A folder for PATH with one program, a script of a shell. */
function folderWith(program: string, script: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'warden-console-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, program), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, program), 0o755);
  return folder;
}

describe('warden console', () => {
  test('serves the page, sends its requests on with the token, and ends with Ctrl-C', async () => {
    await warden.request('PUT', '/v1/workflows/orders/item?id=order-1', {
      headers: { authorization: `Bearer ${token}` },
      body: { timeout: 900, data: { total: 1 } },
    });
    const { url, base, shown, end } = await startConsole([], { token });
    const page = await get(url);
    expect(page.headers['content-security-policy']).toContain("default-src 'none'");
    const [, script] = /src="(console\/main-\w+\.js)"/.exec(page.text) ?? [];
    expect((await get(`${base}/${script}`)).status).toBe(200);
    const item = await get(`${base}/v1/workflows/orders/item?id=order-1`, {
      authorization: 'Bearer of-the-page',
      origin: new URL(url).origin,
      'sec-fetch-site': 'same-origin',
    });
    expect(item).toMatchObject({ status: 200, headers: { etag: '"1"' } });
    expect(JSON.parse(item.text).data).toEqual({ total: 1 });
    expect(shown() + page.text + JSON.stringify(item)).not.toContain(token);
    expect((await end()).code).toBe(130);
    await expect(get(url)).rejects.toThrow();
  });

  test('refuses other users of the machine and pages of other sites, and has nothing else', async () => {
    const { url, base } = await startConsole(['--json'], { token });
    const { origin, port } = new URL(url);
    const target = `${base}/v1/workflows`;
    const statusOf = async (...given: Parameters<typeof get>) => (await get(...given)).status;
    expect(await statusOf(target)).toBe(200);
    expect(await statusOf(`${origin}/v1/workflows`)).toBe(403);
    expect(await statusOf(`${origin}/console`)).toBe(403);
    expect(await statusOf(`${origin}/`)).toBe(403);
    expect(await statusOf(`${origin}/${'x'.repeat(43)}/v1/workflows`)).toBe(403);
    expect(await statusOf(target, { host: `rebound.example.com:${port}` })).toBe(403);
    expect(await statusOf(target, { origin: 'https://evil.example.com' })).toBe(403);
    expect(await statusOf(target, { 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await statusOf(url, {}, 'POST')).toBe(404);
    expect(await statusOf(`${base}/etc/passwd`)).toBe(404);
  });

  test('with --iam signs every request with the credentials of the environment, and sends no token', async () => {
    const api = await startIamApi();
    const env = {
      AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_REGION: 'eu-west-1',
    };
    const { base } = await startConsole(['--iam'], { url: api.url, env, token });
    expect((await get(`${base}/v1/workflows/orders/items?tag=region%3Aeu&prefix=a+b`)).status).toBe(200);
    expect(api.received.map(({ target }) => target)).toEqual([
      '/v1/workflows?limit=1',
      '/v1/workflows/orders/items?tag=region%3Aeu&prefix=a%20b',
    ]);
    for (const { authorization, headers } of api.received) {
      expect(authorization).toContain('/eu-west-1/execute-api/aws4_request');
      expect(JSON.stringify(headers)).not.toContain(token);
    }
  });

  test('without credentials that the API takes it says so and serves nothing', async () => {
    const api = await startIamApi();
    const env = { AWS_ACCESS_KEY_ID: 'AKIDOTHER', AWS_SECRET_ACCESS_KEY: 'secret', AWS_REGION: 'eu-west-1' };
    const refused = await wardenCommand(warden, ['console', '--iam'], { url: api.url, env });
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toContain('execute-api:Invoke');
    const none = await wardenCommand(warden, ['console', '--iam'], {
      url: api.url,
      env: { PATH: '/nowhere' },
    });
    expect(none).toMatchObject({ code: 2, stdout: '' });
    expect(none.stderr).toContain('there are no AWS credentials: the AWS CLI is not installed');
    const wrong = await wardenCommand(warden, ['console'], { token: 'pw_wrong' });
    expect(wrong).toMatchObject({ code: 4, stdout: '' });
    const region = await wardenCommand(warden, ['console', '--region', 'eu-west-1'], { token });
    expect(region).toMatchObject({ code: 2, stderr: expect.stringContaining('--region is for --iam') });
  });

  test('says in the page that the token was revoked, instead of asking for one', async () => {
    const short = await makeToken(warden, { scopes: ['read'] });
    const { base } = await startConsole([], { token: short.token });
    const headers = { authorization: `Bearer ${token}` };
    await warden.request('DELETE', `/v1/tokens/${short.id}`, { headers });
    const reply = await get(`${base}/v1/workflows`);
    expect(reply.status).toBe(403);
    expect(JSON.parse(reply.text).detail).toContain('the warden refuses the token of `warden console`');
  });

  test('with --open the browser is given an address that leads to the page once', async () => {
    const folder = folderWith('xdg-open', 'echo "$1" > "$(dirname "$0")/opened"');
    const { url } = await startConsole(['--open'], { token, env: { PATH: `${folder}:${process.env.PATH}` } });
    const opened = await until('browser', 5_000, () => {
      try {
        return readFileSync(join(folder, 'opened'), 'utf8').trim();
      } catch {
        return undefined;
      }
    });
    expect(opened).not.toContain(new URL(url).pathname.split('/')[1]);
    expect(await get(opened)).toMatchObject({ status: 303, headers: { location: new URL(url).pathname } });
    expect((await get(opened)).status).toBe(403);
  });
});

test('credentials of the AWS CLI are fetched anew before they expire', async () => {
  const folder = folderWith(
    'aws',
    [
      'echo x >> "$(dirname "$0")/calls"',
      `echo '{"Version":1,"AccessKeyId":"AK","SecretAccessKey":"SK","SessionToken":"ST","Expiration":"2026-11-28T13:00:00+00:00"}'`,
    ].join('\n'),
  );
  let now = Date.parse('2026-11-28T12:00:00Z');
  const credentials = callersCredentials({ env: { PATH: `${folder}:${process.env.PATH}` }, now: () => now });
  const expected = { accessKeyId: 'AK', secretAccessKey: 'SK', sessionToken: 'ST' };
  expect(await Promise.all([credentials(), credentials()])).toEqual([expected, expected]);
  const calls = () => readFileSync(join(folder, 'calls'), 'utf8').length / 2;
  expect(calls()).toBe(1);
  now += 56 * 60_000;
  await credentials();
  expect(calls()).toBe(2);
});

test.each([
  [undefined, 'https://a1.execute-api.eu-central-1.amazonaws.com', {}, 'eu-central-1'],
  ['us-east-1', 'https://a1.execute-api.eu-central-1.amazonaws.com', {}, 'us-east-1'],
  [undefined, 'https://a1.execute-api.cn-north-1.amazonaws.com.cn', {}, 'cn-north-1'],
  [undefined, 'https://warden.example.com', { AWS_REGION: 'us-gov-west-1' }, 'us-gov-west-1'],
  [undefined, 'https://warden.example.com', { AWS_DEFAULT_REGION: 'eu-west-1' }, 'eu-west-1'],
])('the region of %s at %s with %j is %s', (given, url, env, expected) => {
  expect(regionOf(given, url, env)).toBe(expected);
});

test('a region that is missing or is none is a usage error', () => {
  expect(() => regionOf(undefined, 'https://warden.example.com', {})).toThrow('is not known');
  expect(() => regionOf('Frankfurt', 'https://warden.example.com', {})).toThrow('received "Frankfurt"');
});
