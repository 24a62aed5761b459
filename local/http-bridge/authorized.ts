import type { APIGatewayProxyEventV2, APIGatewayRequestAuthorizerEventV2 } from 'aws-lambda';
import { RefusedRequest } from './request.ts';

/** A Lambda authorizer with simple responses. */
export type HttpAuthorizer = (
  event: APIGatewayRequestAuthorizerEventV2,
) => Promise<{ isAuthorized: boolean; context?: object }>;

/**
 * The event with the authorizer's answer. Unlike API Gateway it also asks the authorizer about requests without an
 * Authorization header, so that they receive our own 401, and it caches no answer, so that a token is revoked at
 * once.
 *
 * Throws a RefusedRequest with 403 if the authorizer refuses. If the authorizer fails, throws its error, which becomes
 * a 500.
 */
export async function authorized(
  authorizer: HttpAuthorizer,
  event: APIGatewayProxyEventV2,
): Promise<APIGatewayProxyEventV2> {
  const { body, isBase64Encoded, ...about } = event;
  const { authorization } = event.headers;
  const question: APIGatewayRequestAuthorizerEventV2 = {
    ...about,
    type: 'REQUEST',
    routeArn: `arn:aws:execute-api:us-east-1:000000000000:local/$default/${event.requestContext.http.method}${event.rawPath}`,
    identitySource: authorization === undefined ? [] : [authorization],
    cookies: event.cookies ?? [],
  };
  const { isAuthorized, context } = await authorizer(structuredClone(question));
  if (isAuthorized !== true) throw new RefusedRequest(403, 'Forbidden');
  const requestContext = { ...event.requestContext, authorizer: { lambda: context ?? {} } };
  return { ...event, requestContext };
}
