import * as z from 'zod/mini';
import { WorkflowName } from './names.ts';
import type { ProblemCode } from './problem.ts';
import type { Operation } from './routes.ts';
import type { Scope } from './scope.ts';

type Schema = z.core.$ZodType;

/** The requests and replies of one function behind HTTP. It types authorisation, parsing and replies. */
export interface HttpContract {
  /** Its name in logs. */
  operation: string;
  /** The scope that the caller needs, on the workflow in the path if there is one. `any`: every authenticated caller. */
  scope: Scope | 'any';
  /** Whether it writes an entry in the audit log before it acts. */
  audited?: true;
  path?: Schema;
  /**
   * Of an operation on an item: the `path` of the path form, for plain ids. In the query form, which carries every
   * id, the item is the query's `id`.
   */
  pathForm?: Schema;
  query?: Schema;
  /** Whether any query is accepted and ignored, as uptime checkers add one against caches. */
  anyQuery?: true;
  body?: Schema;
  /** The body that callers send, if the service does not parse all of it at once. */
  documentedBody?: Schema;
  /** The body as plain text, with any Content-Type. It may be empty. */
  textBody?: Schema;
  /** Query parameters that may be given more than once. */
  repeatable?: readonly string[];
  /** The largest body in bytes, if not the default. */
  bodyBytes?: number;
  /** Whether `If-Match` with an attempt is supported. */
  ifMatch?: true;
  /** Every successful reply by its status; null is a reply without a body. */
  replies: Readonly<Record<number, Schema | null>>;
  /** The media type of a successful reply that is text instead of JSON. Its schema is a string. */
  mediaType?: string;
  /** The schema of each line of a 200 reply, if callers can request JSON lines instead of one value. */
  lines?: Schema;
  /** Its own problems, without the problems that every operation of its kind has (core/openapi/problems.ts). */
  problems: readonly ProblemCode[];
}

/** The one description of an operation, from which its handler's types, the OpenAPI document and clients derive. */
export interface OperationContract extends HttpContract {
  operation: Operation;
  path: Schema;
  query: Schema;
}

export const NoPath = z.strictObject({});
export const WorkflowPath = z.strictObject({ workflow: WorkflowName });
export const NoQuery = z.strictObject({});
