import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { InProcessTransport } from './in-process-transport.ts';

/** A port that leads to the embedded servers, for clients that cannot use their transports. */
export interface GuardedDoor {
  endpoint: string;
  /** The access key id that clients must use. It is a secret of this process; there is no secret key to check. */
  accessKeyId: string;
  close(): Promise<void>;
}

/** DynamoDB takes no larger request, and the other servers take less. */
const mostBodyBytes = 16 * 1024 * 1024;

/** Who signed a request, and for which service, in the `Authorization` header that SDK clients send. */
const credential = /Credential=([A-Za-z0-9_-]+)\/\d{8}\/[^/\s]+\/([a-z]+)\/aws4_request/;

/**
 * Opens one port on loopback for several servers: a request goes to the server of the service that it is signed for.
 * The emulators check no signature and answer every web page, so this door answers 403 to a request without the access
 * key id, and to every browser, before an emulator sees anything. Emulators receive whole requests only: a caller that
 * leaves half way cannot end the process (docs/adr/0027).
 */
export async function openGuardedDoor(
  servers: Readonly<Record<string, InProcessTransport>>,
): Promise<GuardedDoor> {
  const accessKeyId = randomBytes(32).toString('base64url');
  const server = createServer((request, response) => {
    pass(servers, accessKeyId, request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    accessKeyId,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function pass(
  servers: Readonly<Record<string, InProcessTransport>>,
  accessKeyId: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { headers } = request;
  const [, key = '', service = ''] = credential.exec(headers.authorization ?? '') ?? [];
  const isBrowser = headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
  const server = Object.hasOwn(servers, service) ? servers[service] : undefined;
  if (isBrowser || !isSame(key, accessKeyId) || server === undefined) return refuse(response, 403);
  const body = await wholeBody(request);
  if (body === undefined) return refuse(response, 413);
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const plain = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));
  const call = { method: request.method ?? '', path: request.url ?? '', headers: plain, body };
  const reply = await server.handle(call, { abortSignal: gone.signal });
  response.writeHead(reply.response.statusCode, reply.response.headers).end(reply.response.body);
}

/** Replies nothing else, and reads nothing more. */
function refuse(response: ServerResponse, status: 403 | 413): void {
  response.writeHead(status, { 'content-length': 0, connection: 'close' }).end();
}

/** Undefined if it is too large. Rejects if the caller leaves before it is whole. */
async function wholeBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > mostBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
