import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/** A request as an HTTP API passes it to a function. */
export interface HttpRequest {
  method: string;
  /** Of the route, such as `/v1/workflows/{workflow}/item`. */
  route: string;
  parameters?: Record<string, string>;
  query?: Record<string, string | undefined>;
  headers?: Record<string, string>;
  body?: unknown;
  /** Another body than JSON. */
  text?: string;
}

/** @param number makes the id of the request */
export function httpEvent(request: HttpRequest, number: number, now: number): APIGatewayProxyEventV2 {
  const { method, route, parameters = {}, query = {}, headers = {}, body } = request;
  const routeKey = `${method} ${route}`;
  const rawPath = Object.entries(parameters).reduce(
    (path, [name, value]) => path.replace(`{${name}}`, value),
    route,
  );
  const sent = Object.entries(query).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  const rawQueryString = new URLSearchParams(sent as [string, string][]).toString();
  const json = body === undefined ? undefined : JSON.stringify(body);
  const text = request.text ?? json;
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    headers: { ...(json !== undefined && { 'content-type': 'application/json' }), ...headers },
    ...(sent.length > 0 && { queryStringParameters: Object.fromEntries(sent) }),
    ...(Object.keys(parameters).length > 0 && { pathParameters: parameters }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'prove',
      domainName: 'prove',
      domainPrefix: 'prove',
      http: { method, path: rawPath, protocol: 'HTTP/1.1', sourceIp: '127.0.0.1', userAgent: 'prove' },
      requestId: `request-${number}`,
      routeKey,
      stage: '$default',
      time: '',
      timeEpoch: now,
    },
    ...(text !== undefined && { body: text }),
    isBase64Encoded: false,
  };
}
