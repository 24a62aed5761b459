import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type * as z from 'zod/mini';
import type { HttpContract } from '../contract/operation.ts';
import type { JsonText } from '../json-text.ts';

interface AnyReply {
  headers?: Record<string, string>;
  /** The outcome, for the log. */
  outcome?: string;
}

/** A value of the schema, or its JSON text; a reply without a schema has no body. */
type Body<Schema> = Schema extends z.core.$ZodType
  ? { json: z.output<Schema> | JsonText<z.output<Schema>> }
  : { json?: undefined };

type LinesOf<Contract> = Contract extends { lines: infer Line extends z.core.$ZodType }
  ? AnyReply & { status: 200; lines: readonly JsonText<z.output<Line>>[] }
  : never;

type TextOf<Contract> = Contract extends { mediaType: string }
  ? AnyReply & { status: 200; text: string }
  : never;

/** The replies that the contract allows: one of its statuses, with the body for it. */
export type HttpReply<Contract extends HttpContract> =
  | {
      [Status in keyof Contract['replies']]: AnyReply & { status: Status } & Body<
          Contract['replies'][Status]
        >;
    }[keyof Contract['replies']]
  | LinesOf<Contract>
  | TextOf<Contract>;

/** Any reply, independent of the contract. */
export interface SentReply extends AnyReply {
  status: number;
  json?: unknown;
  lines?: readonly JsonText[];
  text?: string;
}

/** Replies have data of items and change with them: no cache keeps them, and no browser guesses another type. */
export const everyReply = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };

/** The reply in the form that Lambda returns to API Gateway. JSON ends with a line end, for terminals. */
export function sent(
  { status, json, lines, text, headers }: SentReply,
  mediaType = 'text/plain',
): APIGatewayProxyStructuredResultV2 {
  if (text !== undefined) {
    const type = { 'content-type': mediaType };
    return { statusCode: status, headers: { ...everyReply, ...type, ...headers }, body: text };
  }
  if (lines !== undefined) {
    const body = lines.map((line) => `${line}\n`).join('');
    const type = { 'content-type': 'application/x-ndjson' };
    return { statusCode: status, headers: { ...everyReply, ...type, ...headers }, body };
  }
  if (json === undefined) return { statusCode: status, headers: { ...everyReply, ...headers } };
  const body = `${typeof json === 'string' ? json : JSON.stringify(json)}\n`;
  const type = { 'content-type': 'application/json' };
  return { statusCode: status, headers: { ...everyReply, ...type, ...headers }, body };
}
