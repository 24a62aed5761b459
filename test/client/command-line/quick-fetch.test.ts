import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, expect, test } from 'vitest';
import { createClient } from '../../../client/client.ts';
import { quickFetch, usesProxy } from '../../../client/command-line/quick-fetch.ts';

let server: Server | undefined;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

async function serve(listener: RequestListener): Promise<string> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const init = {
  method: 'PUT',
  headers: {},
  redirect: 'manual',
  signal: new AbortController().signal,
} as const;

test('sends method, headers and body as they are, and returns status, headers and text', async () => {
  const url = await serve(async (request, response) => {
    const { method, url: path, headers } = request;
    response.writeHead(207, { 'Retry-After': '7', Link: ['<a>', '<b>'] });
    const sent = { method, path, type: headers['content-type'], length: headers['content-length'] };
    response.end(JSON.stringify({ ...sent, body: await text(request) }));
  });
  const reply = await quickFetch(`${url}/v1/x?id=%C3%A4%20b`, {
    ...init,
    headers: { 'content-type': 'application/json' },
    body: '"ä"',
  });
  expect([reply.status, reply.headers.get('retry-after'), reply.headers.get('link')]).toEqual([
    207,
    '7',
    '<a>, <b>',
  ]);
  expect(reply.headers.get('nothing')).toBeNull();
  expect(JSON.parse(await reply.text())).toEqual({
    method: 'PUT',
    path: '/v1/x?id=%C3%A4%20b',
    type: 'application/json',
    length: '4',
    body: '"ä"',
  });
});

test('two calls share a connection, and a redirect is not followed', async () => {
  const ports = new Set<number | undefined>();
  const url = await serve((request, response) => {
    ports.add(request.socket.remotePort);
    response.writeHead(307, { location: '/elsewhere' }).end();
  });
  for (let call = 0; call < 2; call++) {
    const reply = await quickFetch(url, init);
    expect([reply.status, await reply.text()]).toEqual([307, '']);
  }
  expect(ports.size).toBe(1);
});

test('a reply that is cut off, a reset and an abort are errors; after them the process goes on', async () => {
  const url = await serve((request, response) => {
    if (request.url === '/cut') response.writeHead(200, { 'content-length': 100 }).write('{');
    setImmediate(() => request.url !== '/hang' && request.socket.destroy());
  });
  await expect(quickFetch(`${url}/reset`, init)).rejects.toThrow();
  const cut = await quickFetch(`${url}/cut`, init);
  await expect(cut.text()).rejects.toThrow();
  const controller = new AbortController();
  const hanging = quickFetch(`${url}/hang`, { ...init, signal: controller.signal });
  controller.abort();
  await expect(hanging).rejects.toThrow('aborted');
});

test('a client that uses it says why a warden cannot be reached', async () => {
  const closed = await serve(() => {});
  server?.close();
  // One try: the first pause would take as long as the call may.
  const client = createClient({ url: closed, fetch: quickFetch, timeoutMs: 2_000, random: () => 20 });
  await expect(client.get('w', 'i')).rejects.toMatchObject({
    code: 'unreachable',
    message: expect.stringContaining('ECONNREFUSED'),
  });
});

test('https is spoken to https', async () => {
  const firstByte = Promise.withResolvers<number | undefined>();
  const listening = createTcpServer((socket) => {
    socket.once('data', (bytes) => {
      firstByte.resolve(bytes[0]);
      socket.destroy();
    });
  }).listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const { port } = listening.address() as AddressInfo;
  await expect(quickFetch(`https://127.0.0.1:${port}`, init)).rejects.toThrow();
  listening.close();
  // The first record of a handshake, and no request.
  expect(await firstByte.promise).toBe(0x16);
});

test('a proxy of the environment is left to the fetch of Node, which knows it', () => {
  expect(usesProxy({})).toBe(false);
  expect(usesProxy({ NODE_USE_ENV_PROXY: '1' })).toBe(true);
  expect(usesProxy({ NODE_OPTIONS: '--use-env-proxy' })).toBe(true);
});
