import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type AnswerOptions, answerer } from './http-bridge/answer.ts';
import { send } from './http-bridge/reply.ts';
import { type BridgeRequest, readBody } from './http-bridge/request.ts';

export interface HttpBridgeOptions extends AnswerOptions {
  host: string;
  /** 0 takes any free port. */
  port: number;
}

export interface HttpBridge {
  url: string;
  port: number;
  /** Accepts no more requests. Requests in progress have at most a second to finish. */
  close(): Promise<void>;
}

/** How long a request may take after close, in milliseconds. */
const closeGraceMs = 1_000;

/**
 * How long a connection without requests stays open, in milliseconds: longer than clients keep theirs. A request that is
 * sent while its connection is being closed fails with ECONNRESET, even if the process was merely busy for that long.
 */
const idleConnectionMs = 120_000;

/**
 * API Gateway's HTTP API (payload format 2.0) in front of Lambda handlers in this process. Throws Node's own error when
 * it cannot listen, for example EADDRINUSE.
 */
export async function startHttpBridge(options: HttpBridgeOptions): Promise<HttpBridge> {
  const answer = answerer(options);
  const underWay = new Set<ServerResponse>();
  let closing: Promise<void> | undefined;
  const server = createServer((request, response) => {
    underWay.add(response);
    response.once('close', () => underWay.delete(response));
    if (closing) response.setHeader('connection', 'close');
    answer(bridgeRequest(request))
      .then((reply) => reply && send(response, reply))
      .catch((error: unknown) => {
        options.onError(error);
        response.destroy();
      });
  });
  server.keepAliveTimeout = idleConnectionMs;
  server.listen(options.port, options.host);
  await once(server, 'listening');
  server.on('error', options.onError);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://${reachableHost(options.host)}:${port}`,
    port,
    close: () => {
      closing ??= closeGently(server, underWay);
      return closing;
    },
  };
}

async function closeGently(server: Server, underWay: Set<ServerResponse>): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  // Otherwise their connections stay open for further requests, and close waits for them.
  for (const response of underWay) if (!response.headersSent) response.setHeader('connection', 'close');
  const grace = setTimeout(() => server.closeAllConnections(), closeGraceMs);
  await closed;
  clearTimeout(grace);
}

/** The parts of Node's request that are needed to answer it. */
function bridgeRequest(request: IncomingMessage): BridgeRequest {
  const { method, url, httpVersion, headers, headersDistinct, socket } = request;
  return {
    ...{ method, url, httpVersion, headers, headersDistinct },
    remoteAddress: socket.remoteAddress ?? '',
    port: socket.localPort ?? 0,
    readBody: () => readBody(request),
    hasLeft: () => request.destroyed && !request.complete,
  };
}

function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
