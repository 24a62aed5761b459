import { type ServerResponse, validateHeaderName, validateHeaderValue } from 'node:http';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** A reply as its caller receives it. */
export interface BridgeReply {
  statusCode: number;
  headers: Record<string, string | string[]>;
  /** Undefined where HTTP allows none. */
  body: Buffer | undefined;
}

/** Headers that follow from the body and the connection. A handler cannot set them. */
const ownHeaders = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive']);

/**
 * The reply that a handler returned, with names of headers in lower case. Throws an error if it is none, or if no
 * connection can carry its headers.
 */
export function toReply(result: APIGatewayProxyStructuredResultV2): BridgeReply {
  // API Gateway treats an object without a status code as the body of a 200. A handler of ours without one is broken
  // and must not look successful.
  const statusCode = result?.statusCode;
  if (
    typeof statusCode !== 'number' ||
    !Number.isInteger(statusCode) ||
    statusCode < 200 ||
    statusCode > 599
  ) {
    throw new Error(`the handler returned no valid statusCode: ${String(statusCode)}`);
  }
  const headers: BridgeReply['headers'] = {};
  for (const [name, value] of Object.entries(result.headers ?? {})) {
    if (ownHeaders.has(name.toLowerCase())) continue;
    validateHeaderName(name);
    validateHeaderValue(name, String(value));
    headers[name.toLowerCase()] = String(value);
  }
  const { cookies = [] } = result;
  for (const cookie of cookies) validateHeaderValue('set-cookie', cookie);
  if (cookies.length > 0) headers['set-cookie'] = cookies;
  if (statusCode === 204 || statusCode === 304) return { statusCode, headers, body: undefined };
  const body = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8');
  if (body.length > 0) headers['content-type'] ??= 'text/plain;charset=UTF-8';
  headers['content-length'] = String(body.length);
  return { statusCode, headers, body };
}

/** A reply of API Gateway itself, without a handler. */
export function messageReply(statusCode: number, message: string): BridgeReply {
  const headers = { 'content-type': 'application/json' };
  return toReply({ statusCode, headers, body: JSON.stringify({ message }) });
}

export function send(response: ServerResponse, { statusCode, headers, body }: BridgeReply): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.statusCode = statusCode;
  // For HEAD, Node leaves out the body and keeps its length.
  response.end(body);
}
