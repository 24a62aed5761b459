import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type * as z from 'zod/mini';
import type { HttpContract } from '../contract/operation.ts';
import type { JsonText } from '../json-text.ts';

interface AnyReply {
  headers?: Record<string, string>;
  /** What became of it, for the log. */
  outcome?: string;
}

/** A value of the schema, or the JSON text of one as it is; a reply of no schema has no body. */
type Body<Schema> = Schema extends z.core.$ZodType
  ? { json: z.output<Schema> | JsonText<z.output<Schema>> }
  : { json?: undefined };

type LinesOf<Contract> = Contract extends { lines: infer Line extends z.core.$ZodType }
  ? AnyReply & { status: 200; lines: readonly JsonText<z.output<Line>>[] }
  : never;

/** What may be answered by the contract: one of its statuses, with the body that belongs to it. */
export type HttpReply<Contract extends HttpContract> =
  | {
      [Status in keyof Contract['replies']]: AnyReply & { status: Status } & Body<
          Contract['replies'][Status]
        >;
    }[keyof Contract['replies']]
  | LinesOf<Contract>;

/** Any reply, as it is sent whatever the contract. */
export interface SentReply extends AnyReply {
  status: number;
  json?: unknown;
  lines?: readonly JsonText[];
}

/** The reply as Lambda answers API Gateway. */
export function sent({ status, json, lines, headers }: SentReply): APIGatewayProxyStructuredResultV2 {
  if (lines !== undefined) {
    const body = lines.map((line) => `${line}\n`).join('');
    return { statusCode: status, headers: { 'content-type': 'application/x-ndjson', ...headers }, body };
  }
  if (json === undefined) return { statusCode: status, ...(headers && { headers }) };
  const body = typeof json === 'string' ? json : JSON.stringify(json);
  return { statusCode: status, headers: { 'content-type': 'application/json', ...headers }, body };
}
