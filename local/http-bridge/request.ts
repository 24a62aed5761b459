import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';

/** Lambda takes no larger body, in bytes. */
export const mostBodyBytes = 6 * 1024 * 1024;

/** A request, from a connection or from this process. */
export interface BridgeRequest
  extends Pick<IncomingMessage, 'method' | 'url' | 'httpVersion' | 'headers' | 'headersDistinct'> {
  remoteAddress: string;
  /** The port that it came in at. */
  port: number;
  readBody: () => Promise<Buffer>;
  /** Whether the caller left before the request was complete. */
  hasLeft: () => boolean;
}

/** The path and the query of a request target, still percent-encoded. */
export interface Target {
  path: string;
  query: string;
}

/** A request that API Gateway refuses itself, without a handler. */
export class RefusedRequest extends Error {
  readonly statusCode: number;

  constructor(statusCode: number, message: string) {
    super(message);
    this.statusCode = statusCode;
  }
}

/** Splits a request target without normalising it. Throws a RefusedRequest with 400 if it has no path. */
export function parseTarget(target: string): Target {
  // Proxies send the absolute form of the target.
  const text = target.replace(/^https?:\/\/[^/?]*/i, '');
  const question = text.indexOf('?');
  const path = question === -1 ? text : text.slice(0, question);
  if (!path.startsWith('/')) throw new RefusedRequest(400, 'Bad Request');
  return { path, query: question === -1 ? '' : text.slice(question + 1) };
}

/** Reads a body up to the limit and no further. Throws a RefusedRequest with 413 if it is longer. */
export async function readBody(request: IncomingMessage): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > mostBodyBytes) throw tooLarge();
  const chunks: Buffer[] = [];
  let size = 0;
  // Leaving an iteration destroys the stream, and with it the connection that the reply needs.
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    size += chunk.length;
    if (size > mostBodyBytes) throw tooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, size);
}

function tooLarge(): RefusedRequest {
  return new RefusedRequest(413, 'Request Entity Too Large');
}

const textType = /^(text\/.*|application\/(json|.*\+json|xml|javascript|x-www-form-urlencoded))$/i;

/** Whether a body is passed to the handler as text. Any other body is passed as base64. */
export function isTextBody(body: Buffer, contentType: string | undefined): boolean {
  const type = (contentType ?? '').split(';')[0]?.trim() ?? '';
  return (type === '' || textType.test(type)) && isUtf8(body);
}
