import * as z from 'zod/mini';
import type { ItemPath } from '../contract/item-path.ts';
import { limits } from '../contract/limits.ts';
import { Attempt } from '../contract/names.ts';
import type { HttpContract } from '../contract/operation.ts';
import { type JsonText, memberText } from '../json-text.ts';
import { ProblemError } from '../problem-error.ts';
import { bodyText, parseJson, plainText, tooLarge } from './body-text.ts';
import { parseUrl, withoutGuard } from './item-url.ts';
import { parsePart } from './parse-part.ts';

type Part<Contract, Name extends string> =
  Contract extends Record<Name, infer Schema extends z.core.$ZodType> ? z.output<Schema> : undefined;

export interface ParsedRequest<Contract extends HttpContract> {
  path: Part<Contract, 'path'>;
  query: Part<Contract, 'query'>;
  body: Part<Contract, 'body'>;
  /** The body's `data` as the text it came in. */
  data: JsonText | undefined;
  /** The whole body as the text it came in; empty when the operation takes none. */
  text: string;
  /** The attempt in `If-Match`. */
  attempt: number | undefined;
}

/** The parts of an API Gateway HTTP API event (payload 2.0) that are used. */
export const HttpEvent = z.object({
  rawQueryString: z.string(),
  headers: z.record(z.string(), z.string()),
  /** API Gateway leaves it out for a route without variables; emulators of it send null. */
  pathParameters: z.nullish(z.record(z.string(), z.string())),
  body: z.optional(z.string()),
  isBase64Encoded: z.boolean(),
  rawPath: z.string(),
  requestContext: z.object({
    requestId: z.string(),
    http: z.object({ method: z.string() }),
    /** Who calls, according to API Gateway: core/lambda/caller.ts reads it. */
    authorizer: z.optional(z.unknown()),
  }),
});
export type HttpEvent = z.infer<typeof HttpEvent>;

/** The request, parsed by the contract. Throws 400, 413 and 415 problems that name every fault of the first bad part. */
export function parseRequest<Contract extends HttpContract>(
  contract: Contract,
  event: HttpEvent,
): ParsedRequest<Contract> {
  const { path, query } = parseUrl(contract, event);
  const most = contract.bodyBytes ?? limits.bodyBytes;
  const text = contract.body ? bodyText(event, most) : contract.textBody ? plainText(event, most) : '';
  const { body, data } = contract.body
    ? parseBody(contract.body, parseJson(text, event.headers['content-type']), text)
    : { body: undefined, data: undefined };
  const ifMatch = event.headers['if-match'];
  if (ifMatch !== undefined && (contract.body || contract.textBody) && !contract.ifMatch)
    throw ifMatchFault('is not supported here');
  const attempt = contract.ifMatch ? attemptOf(ifMatch) : undefined;
  const unguarded = contract.pathForm ? withoutGuard(path as ItemPath, body as object | undefined) : body;
  return { path, query, body: unguarded, data, text, attempt } as ParsedRequest<Contract>;
}

/**
 * A body, or one operation of a batch, and its `data` as the text it came in. Throws 400 and 413 problems.
 *
 * @param text the text of `value`, if that is an object
 */
export function parseBody<Schema extends z.core.$ZodType>(
  schema: Schema,
  value: unknown,
  text: string,
): { body: z.output<Schema>; data: JsonText | undefined } {
  const body = parsePart(schema, refuseProto(value));
  const data = memberText(text, 'data');
  if (data !== undefined) checkSize('data-too-large', 'data', data, limits.dataBytes);
  return { body, data };
}

/** zod silently skips a member of this name: in tags, one would be dropped and success returned. */
function refuseProto(body: unknown): unknown {
  if (typeof body !== 'object' || body === null) return body;
  for (const [name, value] of Object.entries(body)) {
    if (name === 'data' || typeof value !== 'object' || value === null) continue;
    if (!Object.hasOwn(value, '__proto__')) continue;
    const path = `${name}.__proto__`;
    throw new ProblemError('invalid-request', `${path}: not allowed here`, {
      errors: [{ path, message: 'not allowed here' }],
    });
  }
  return body;
}

function checkSize(code: 'data-too-large', what: string, text: string, most: number): void {
  const bytes = Buffer.byteLength(text);
  if (bytes > most) throw tooLarge(code, what, bytes, most);
}

/** An item's ETag is its attempt. "*" only demands that the item exists, which every such operation demands anyway. */
function attemptOf(ifMatch: string | undefined): number | undefined {
  if (ifMatch === undefined || ifMatch.trim() === '*') return undefined;
  const digits = /^"?([1-9]\d{0,8})"?$/.exec(ifMatch.trim())?.[1];
  const attempt = Attempt.safeParse(Number(digits));
  if (attempt.success) return attempt.data;
  throw ifMatchFault('must be one attempt, such as "2", or *');
}

function ifMatchFault(message: string): ProblemError {
  return new ProblemError('invalid-request', `If-Match ${message}`, {
    errors: [{ path: 'If-Match', message }],
  });
}
