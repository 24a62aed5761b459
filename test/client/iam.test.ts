import { createHash, createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { createClient } from '../../client/client.ts';
import type { HttpRequest } from '../../client/http-request.ts';
import { signWithIam } from '../../client/iam.ts';
import { Sha256 } from '../../client/sha256.ts';

const credentials = {
  accessKeyId: 'AKIDEXAMPLE',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY',
  sessionToken: 'session',
};
const region = 'eu-central-1';
const now = Date.parse('2026-11-28T12:34:56.789Z');

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const hash = (text: string) => createHash('sha256').update(text).digest('hex');
const encode = (text: string) =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

interface Received {
  method: string;
  /** As it was on the wire. */
  target: string;
  headers: Record<string, string>;
  body: string;
}

/** The signature that AWS computes for a request as it arrives, by the documentation of Signature Version 4. */
function signatureOf({ method, target, headers, body }: Received, signedHeaders: string[]): string {
  const [path = '', query = ''] = target.split('?');
  const pairs = query.split('&').filter(Boolean);
  const canonicalQuery = pairs
    .map((pair) =>
      pair
        .split('=')
        .map((part) => encode(decodeURIComponent(part)))
        .join('='),
    )
    .toSorted()
    .join('&');
  const date = headers['x-amz-date'] ?? '';
  const canonical = [
    method,
    // Encoded once more, for every service but S3.
    path.split('/').map(encode).join('/'),
    canonicalQuery,
    ...signedHeaders.map((name) => `${name}:${headers[name]?.trim()}`),
    '',
    signedHeaders.join(';'),
    hash(body),
  ].join('\n');
  const scope = `${date.slice(0, 8)}/${region}/execute-api/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', date, scope, hash(canonical)].join('\n');
  const parts = scope.split('/');
  const key = parts.reduce<string | Buffer>(hmac, `AWS4${credentials.secretAccessKey}`);
  return createHmac('sha256', key).update(text).digest('hex');
}

function authorizationOf(header: string) {
  const [, credential = '', names = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/.exec(header) ?? [];
  return { credential, signedHeaders: names.split(';'), signature };
}

test('every id and query is signed as it arrives at API Gateway', async () => {
  const received: Received[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const { method = '', url: target = '', headers } = request;
    received.push({ method, target, headers: headers as Record<string, string>, body });
    const reply = { outcome: 'created', state: 'waiting', items: [], results: [{ status: 200 }] };
    response.setHeader('content-type', 'application/json').end(JSON.stringify(reply));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const sign = signWithIam({ region, credentials: async () => credentials, now: () => now });
  const client = createClient({ url: `http://127.0.0.1:${port}/prod`, sign });
  for (const id of ['plain', 's3://in/a b?v=1%&x#y', "it's (new)*!", '日本/🙂', 'a+b~c']) {
    await client.register('uploads', id, { timeout: 60, data: { text: 'größe' } });
    await client.complete('uploads', id, { run: `run ${id}` });
  }
  for await (const _ of client.list('uploads', { tag: ['b:2 3', 'a:1'], prefix: 'x/' })) expect.fail();
  server.close();
  server.closeAllConnections();

  expect(received).toHaveLength(11);
  for (const request of received) {
    const { credential, signedHeaders, signature } = authorizationOf(request.headers.authorization ?? '');
    expect(credential).toBe(`AKIDEXAMPLE/20261128/${region}/execute-api/aws4_request`);
    expect(signedHeaders).toEqual(expect.arrayContaining(['host', 'x-amz-date', 'x-amz-security-token']));
    expect(request.headers['x-amz-date']).toBe('20261128T123456Z');
    expect(signature).toBe(signatureOf(request, signedHeaders));
  }
});

test('the secret key is in no header', async () => {
  const request: HttpRequest = { method: 'GET', url: 'https://a.test/v1/health', headers: {} };
  const headers = await signWithIam({ region, credentials })(request);
  expect(JSON.stringify(headers)).not.toContain(credentials.secretAccessKey);
  expect(Object.keys(headers)).not.toContain('host');
});

test.each([
  [undefined, ['abc'], 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [undefined, ['a', 'bc'], 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'],
  [undefined, [], 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  // RFC 4231, test case 2.
  [
    'Jefe',
    ['what do ya want ', 'for nothing?'],
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  ],
])('SHA-256 with the secret %s of %j is %s', async (secret, parts, expected) => {
  const sha256 = new Sha256(secret);
  for (const part of parts) sha256.update(part);
  expect(Buffer.from(await sha256.digest()).toString('hex')).toBe(expected);
});
