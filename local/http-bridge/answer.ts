import { randomUUID } from 'node:crypto';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import type { Clock } from '../../core/clock.ts';
import { problemReply } from '../../core/lambda/problem-reply.ts';
import { requestTimeoutMs } from '../../core/names/clockwork.ts';
import { ProblemError } from '../../core/problem-error.ts';
import { lambdaContext } from '../event-source/lambda-context.ts';
import { authorized, type HttpAuthorizer } from './authorized.ts';
import { decodePath } from './decode-path.ts';
import { toEvent } from './event.ts';
import { foreignRequest } from './foreign-request.ts';
import { type BridgeReply, messageReply, toReply } from './reply.ts';
import { type BridgeRequest, parseTarget, RefusedRequest } from './request.ts';
import { compileRoutes, type RouteKey } from './routes.ts';

export type HttpHandler = (
  event: APIGatewayProxyEventV2,
  context: Context,
) => Promise<APIGatewayProxyStructuredResultV2>;

export interface HttpRoute extends RouteKey {
  handler: HttpHandler;
  /** Whether the route is served without the authorizer, if there is one. */
  open?: boolean;
}

export interface AnswerOptions {
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

/** Resolves to undefined if the caller left before the request was complete: nothing was done, and nobody waits for a reply. */
export type Answer = (request: BridgeRequest) => Promise<BridgeReply | undefined>;

/** What API Gateway's HTTP API (payload format 2.0) does between a request and Lambda handlers in this process. */
export function answerer({
  routes,
  fallback,
  authorizer,
  anyHost = false,
  clock,
  onError,
}: AnswerOptions): Answer {
  const findRoute = compileRoutes(routes);
  const carryOut = async (request: BridgeRequest, requestId: string): Promise<BridgeReply> => {
    const { method = '', headers, port } = request;
    const foreign = foreignRequest({ method, headers, port, anyHost });
    if (foreign !== undefined) throw new ProblemError('forbidden', foreign);
    const { path, query } = parseTarget(request.url ?? '');
    const rawPath = decodePath(path);
    const body = await request.readBody();
    const match = findRoute(method, rawPath);
    const routeKey = match ? `${match.route.method} ${match.route.path}` : '$default';
    const pathParameters = match?.pathParameters ?? {};
    const handler = match?.route.handler ?? fallback;
    const now = clock.now();
    const plain = toEvent({ request, rawPath, query, body, routeKey, pathParameters, requestId, now });
    const event = authorizer && !match?.route.open ? await authorized(authorizer, plain) : plain;
    return toReply(await handler(event, lambdaContext(routeKey, requestTimeoutMs, clock)));
  };
  return async (request) => {
    const requestId = randomUUID();
    const reply = await carryOut(request, requestId).catch((error: unknown) => {
      if (request.hasLeft()) return undefined;
      if (error instanceof RefusedRequest) return messageReply(error.statusCode, error.message);
      if (error instanceof ProblemError) return toReply(problemReply(error));
      onError(error);
      return messageReply(500, 'Internal Server Error');
    });
    return reply && { ...reply, headers: { ...reply.headers, 'apigw-requestid': requestId } };
  };
}
