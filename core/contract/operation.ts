import * as z from 'zod/mini';
import { WorkflowName } from './names.ts';
import type { ProblemCode } from './problem.ts';
import type { Operation } from './routes.ts';
import type { Scope } from './scope.ts';

type Schema = z.core.$ZodType;

/** What one function behind HTTP takes and answers. functions/ authorise, parse and are typed by it. */
export interface HttpContract {
  /** As logs name it. */
  operation: string;
  /** What the caller must be allowed, on the workflow of the path if there is one. `any`: whoever is let in at all. */
  scope: Scope | 'any';
  /** Whether it notes in the audit log what it does, before it does it. */
  audited?: true;
  path?: Schema;
  /**
   * Of an operation on an item: `path` of the path form, for the ids that a path carries. In the query form, which
   * carries every id, the item is the query's `id`.
   */
  pathForm?: Schema;
  query?: Schema;
  body?: Schema;
  /** What callers are to send, if the service does not parse all of the body at once. */
  documentedBody?: Schema;
  /** Query parameters that may be given more than once. */
  repeatable?: readonly string[];
  /** Bytes of the largest body, if not those that all others take. */
  bodyBytes?: number;
  /** Whether If-Match with an attempt is heeded. */
  ifMatch?: true;
  /** Every reply that is no problem, by its status; null is a reply without a body. */
  replies: Readonly<Record<number, Schema | null>>;
  /** What each line of a 200 reply is, if the caller can ask for lines of JSON in place of one value. */
  lines?: Schema;
  /** The problems of its own: not those that every operation of its kind has (core/openapi/problems.ts). */
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
