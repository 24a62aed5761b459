import { AwsError } from './aws-error.ts';
import type { Reply, Request } from './memory-transport.ts';
import { isObject, sent } from './send-objects.ts';

/** Reads a call of a service that speaks AWS JSON 1.0: its operation is in a header. */
export function readJson({ headers, body }: Request): { operation: string; input: Record<string, unknown> } {
  const target = headers['x-amz-target'] ?? '';
  const input = isObject(body) ? sent(body) : JSON.parse(textOf(body));
  return { operation: target.slice(target.indexOf('.') + 1), input };
}

export function jsonReply(output: object): Reply {
  return { statusCode: 200, headers: jsonHeaders, body: Buffer.from(JSON.stringify(output)) };
}

export function jsonError(error: AwsError, namespace: string): Reply {
  const body = { __type: `${namespace}#${error.code}`, message: error.message, ...error.members };
  return { statusCode: error.status, headers: jsonHeaders, body: Buffer.from(JSON.stringify(body)) };
}

const jsonHeaders = { 'content-type': 'application/x-amz-json-1.0' };

/** The text of a body. SDK clients send texts, and bytes that still have their text. */
export function textOf(body: unknown): string {
  if (typeof body === 'string') return body;
  if (body === undefined) return '';
  if (!(body instanceof Uint8Array)) throw new TypeError(`a body is text or bytes, not ${typeof body}`);
  return Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
}

/** The operation that a service has under this name. Throws an UnknownOperationException. */
export function operationOf<Operation>(operations: Record<string, Operation>, name: string): Operation {
  const operation = Object.hasOwn(operations, name) ? operations[name] : undefined;
  if (!operation) throw new AwsError('UnknownOperationException', `There is no ${name} in memory`);
  return operation;
}
