import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Clock } from '../core/clock.ts';
import { problemReply } from '../core/lambda/problem-reply.ts';
import { requestTimeoutMs } from '../core/names/clockwork.ts';
import { ProblemError } from '../core/problem-error.ts';
import { lambdaContext } from './event-source/lambda-context.ts';
import { authorized, type HttpAuthorizer } from './http-bridge/authorized.ts';
import { decodePath } from './http-bridge/decode-path.ts';
import { toEvent } from './http-bridge/event.ts';
import { foreignRequest } from './http-bridge/foreign-request.ts';
import { sendMessage, sendReply } from './http-bridge/reply.ts';
import { parseTarget, RefusedRequest, readBody } from './http-bridge/request.ts';
import { compileRoutes, type RouteKey } from './http-bridge/routes.ts';

export type HttpHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

export interface HttpRoute extends RouteKey {
  handler: HttpHandler;
  /** Whether the route is served without the authorizer, if there is one. */
  open?: boolean;
}

export interface HttpBridgeOptions {
  host: string;
  /** 0 takes any free port. */
  port: number;
  routes: readonly HttpRoute[];
  /** The $default route, for requests that match no other route. */
  fallback: HttpHandler;
  /** Called before every handler whose route is not open. */
  authorizer?: HttpAuthorizer;
  /** Accepts requests for any Host. Otherwise only names of loopback addresses are accepted. */
  anyHost?: boolean;
  clock: Clock;
  /** Called with the error that a handler threw; its caller received a 500. */
  onError: (error: unknown) => void;
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
    answer(request, response).catch((error: unknown) => {
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

function answerer({ routes, fallback, authorizer, anyHost = false, clock, onError }: HttpBridgeOptions) {
  const findRoute = compileRoutes(routes);
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const requestId = randomUUID();
    response.setHeader('apigw-requestid', requestId);
    try {
      const { method = '', headers, socket } = request;
      const foreign = foreignRequest({ method, headers, port: socket.localPort ?? 0, anyHost });
      if (foreign !== undefined) throw new ProblemError('forbidden', foreign);
      const { path, query } = parseTarget(request.url ?? '');
      const rawPath = decodePath(path);
      const body = await readBody(request);
      const match = findRoute(request.method ?? '', rawPath);
      const routeKey = match ? `${match.route.method} ${match.route.path}` : '$default';
      const pathParameters = match?.pathParameters ?? {};
      const handler = match?.route.handler ?? fallback;
      const now = clock.now();
      const plain = toEvent({ request, rawPath, query, body, routeKey, pathParameters, requestId, now });
      const event = authorizer && !match?.route.open ? await authorized(authorizer, plain) : plain;
      sendReply(response, await handler(event, lambdaContext(routeKey, requestTimeoutMs, clock)));
    } catch (error) {
      // The caller left before the request was complete: nothing was done, and nobody waits for the reply.
      if (request.destroyed && !request.complete) return;
      if (error instanceof RefusedRequest) {
        sendMessage(response, error.statusCode, error.message);
        return;
      }
      if (error instanceof ProblemError) {
        sendReply(response, problemReply(error));
        return;
      }
      onError(error);
      sendMessage(response, 500, 'Internal Server Error');
    }
  };
}

function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return 'localhost';
  return host.includes(':') ? `[${host}]` : host;
}
