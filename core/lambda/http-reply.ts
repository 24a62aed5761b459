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

/** The replies that the contract allows: one of its statuses, with the body for it. */
export type HttpReply<Contract extends HttpContract> =
  | {
      [Status in keyof Contract['replies']]: AnyReply & { status: Status } & Body<
          Contract['replies'][Status]
        >;
    }[keyof Contract['replies']]
  | LinesOf<Contract>;

/** Any reply, independent of the contract. */
export interface SentReply extends AnyReply {
  status: number;
  json?: unknown;
  lines?: readonly JsonText[];
}

/** Of every reply: no cache keeps data or tokens, and no browser guesses another type. */
export const safeHeaders = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' } as const;

/** The reply in the form that Lambda returns to API Gateway. */
export function sent({ status, json, lines, headers }: SentReply): APIGatewayProxyStructuredResultV2 {
  if (lines !== undefined) {
    const body = lines.map((line) => `${line}\n`).join('');
    return {
      statusCode: status,
      headers: { ...safeHeaders, 'content-type': 'application/x-ndjson', ...headers },
      body,
    };
  }
  if (json === undefined) return { statusCode: status, headers: { ...safeHeaders, ...headers } };
  const body = typeof json === 'string' ? json : JSON.stringify(json);
  return {
    statusCode: status,
    headers: { ...safeHeaders, 'content-type': 'application/json', ...headers },
    body,
  };
}
