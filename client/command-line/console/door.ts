import { randomBytes, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerConsole } from '../../../local/console-files.ts';
import { foreignRequest } from '../../../local/http-bridge/foreign-request.ts';
import type { PageReply, PageRequest } from './forward.ts';

/** A page on this machine that acts as its user. */
export interface Door {
  /** The address of the page. It contains a secret: anybody who knows it acts as the user. */
  url: string;
  /**
   * An address that leads to the page once. Other users of the machine can see the arguments of a program, such as a
   * browser.
   */
  urlForOnce: () => string;
  close: () => Promise<void>;
}

/** No request of the page is larger. */
const mostBodyBytes = 1024 * 1024;

/**
 * Serves the console on a free port of loopback, and sends its requests on. Pages of other sites, even after DNS
 * rebinding, and other users of this machine are refused: other sites do not have the Host and Origin of the page, and
 * neither knows its path.
 */
export async function openDoor(forward: (request: PageRequest) => Promise<PageReply>): Promise<Door> {
  const secret = randomBytes(32).toString('base64url');
  let unused = '';
  const server = createServer((request, response) => {
    const { port } = server.address() as AddressInfo;
    const { method = '', headers, url = '' } = request;
    const [, first = '', target = ''] = /^\/([^/?]*)(.*)$/.exec(url) ?? [];
    if (foreignRequest({ method, headers, port, anyHost: false }) !== undefined) return refuse(response, 403);
    if (target === '' && unused !== '' && isSame(first, unused)) {
      unused = '';
      response.writeHead(303, { location: `/${secret}/console`, 'cache-control': 'no-store' }).end();
      return;
    }
    if (!isSame(first, secret)) return refuse(response, 403);
    answer(forward, request, target, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: `${origin}/${secret}/console`,
    urlForOnce: () => {
      unused = randomBytes(32).toString('base64url');
      return `${origin}/${unused}`;
    },
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  forward: (request: PageRequest) => Promise<PageReply>,
  request: IncomingMessage,
  target: string,
  response: ServerResponse,
): Promise<void> {
  const { method = '', headers } = request;
  if (target.startsWith('/v1/')) {
    const body = await wholeBody(request);
    if (body === undefined) return refuse(response, 413);
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const reply = await forward({ method, target, headers, body, signal: gone.signal });
    response.writeHead(reply.status, { ...reply.headers, 'cache-control': 'no-store' }).end(reply.body);
    return;
  }
  if (method !== 'GET' || !/^\/console(\/[^/]*)?$/.test(target)) return refuse(response, 404);
  const page = await answerConsole({ rawPath: target, headers: {} });
  response.writeHead(page.statusCode ?? 200, page.headers as Record<string, string>).end(page.body);
}

/** Replies nothing else, and reads nothing more. */
function refuse(response: ServerResponse, status: 403 | 404 | 413): void {
  response.writeHead(status, { 'content-length': 0, connection: 'close' }).end();
}

/** Undefined if it is too large. Rejects if the caller leaves before it is whole. */
async function wholeBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    bytes += chunk.length;
    if (bytes > mostBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
