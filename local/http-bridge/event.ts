import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { type BridgeRequest, isTextBody } from './request.ts';

export interface EventInput {
  request: Omit<BridgeRequest, 'readBody' | 'hasLeft'>;
  /** The decoded path that the handler receives. */
  rawPath: string;
  /** The query exactly as it was sent. */
  query: string;
  body: Buffer;
  routeKey: string;
  pathParameters: Record<string, string>;
  requestId: string;
  /** Milliseconds since the epoch, UTC. */
  now: number;
}

/** The event that an HTTP API passes to Lambda (payload format 2.0): new objects of texts and numbers, as from JSON. */
export function toEvent(from: EventInput): APIGatewayProxyEventV2 {
  const { request, rawPath, query: rawQueryString, body, routeKey, pathParameters, requestId, now } = from;
  const { cookie, ...headers } = joinedHeaders(request);
  const host = headers.host?.replace(/:\d+$/, '') ?? 'localhost';
  const query = joinedQuery(rawQueryString);
  const text = isTextBody(body, headers['content-type']);
  return {
    version: '2.0',
    routeKey,
    rawPath,
    rawQueryString,
    ...(cookie === undefined ? {} : { cookies: cookie.split(/;\s*/).filter((part) => part !== '') }),
    headers,
    ...(Object.keys(query).length === 0 ? {} : { queryStringParameters: query }),
    requestContext: {
      accountId: '000000000000',
      apiId: 'local',
      domainName: host,
      domainPrefix: host.split('.')[0] ?? host,
      http: {
        method: request.method ?? '',
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.remoteAddress,
        userAgent: headers['user-agent'] ?? '',
      },
      requestId,
      routeKey,
      stage: '$default',
      time: logTime(now),
      timeEpoch: now,
    },
    ...(Object.keys(pathParameters).length === 0 ? {} : { pathParameters }),
    ...(body.length === 0 ? {} : { body: body.toString(text ? 'utf8' : 'base64') }),
    isBase64Encoded: body.length > 0 && !text,
  };
}

function joinedHeaders({ headersDistinct }: Pick<BridgeRequest, 'headersDistinct'>): Record<string, string> {
  // headersDistinct contains the repeated headers that Node's own headers leave out.
  const headers: Record<string, string> = {};
  for (const [name, values] of Object.entries(headersDistinct)) {
    headers[name] = (values ?? []).join(name === 'cookie' ? ';' : ',');
  }
  return headers;
}

function joinedQuery(query: string): Record<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    const before = joined.get(name);
    joined.set(name, before === undefined ? value : `${before},${value}`);
  }
  return Object.fromEntries(joined);
}

/** For example `21/Nov/2026:21:42:50 +0000`. */
function logTime(now: number): string {
  const [, day, month, year, time] = new Date(now).toUTCString().split(' ');
  return `${day}/${month}/${year}:${time} +0000`;
}
