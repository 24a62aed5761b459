import type { ServerResponse } from 'node:http';
import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';

/** Headers that follow from the body and the connection. A handler cannot set them. */
const ownHeaders = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive']);

/** Sends the reply that a handler returned. Throws an error if it is not a reply, and sends nothing then. */
export function sendReply(response: ServerResponse, result: APIGatewayProxyStructuredResultV2): void {
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
  const body = Buffer.from(result.body ?? '', result.isBase64Encoded ? 'base64' : 'utf8');
  for (const [name, value] of Object.entries(result.headers ?? {})) {
    if (!ownHeaders.has(name.toLowerCase())) response.setHeader(name, String(value));
  }
  if (result.cookies && result.cookies.length > 0) response.setHeader('set-cookie', result.cookies);
  response.statusCode = statusCode;
  if (statusCode === 204 || statusCode === 304) {
    response.end();
    return;
  }
  if (body.length > 0 && !response.hasHeader('content-type')) {
    response.setHeader('content-type', 'text/plain;charset=UTF-8');
  }
  response.setHeader('content-length', body.length);
  // For HEAD, Node leaves out the body and keeps its length.
  response.end(body);
}

/** Sends a reply of API Gateway itself, without a handler. */
export function sendMessage(response: ServerResponse, statusCode: number, message: string): void {
  for (const name of response.getHeaderNames()) {
    if (name !== 'apigw-requestid' && name !== 'connection') response.removeHeader(name);
  }
  sendReply(response, {
    statusCode,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ message }),
  });
}
