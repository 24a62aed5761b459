import * as z from 'zod/mini';
import { BatchRequest } from './batch.ts';
import { NoQuery } from './item.ts';
import { ListQuery, WorkflowPath } from './item-list.ts';
import { limits } from './limits.ts';
import type { Scope } from './scope.ts';
import { WorkflowSettings, WorkflowsQuery } from './workflow.ts';

export const NoPath = z.strictObject({});

/** What an operation takes, and the scope that its caller must have on the workflow of its path. */
export interface OperationContract {
  /** `any`: whoever is let in at all. */
  scope: Scope | 'any';
  path?: z.core.$ZodType;
  /**
   * Of an operation on an item: `path` of the path form, for the ids that a path carries. In the query form, which
   * carries every id, the item is the query's `id`.
   */
  pathForm?: z.core.$ZodType;
  query?: z.core.$ZodType;
  body?: z.core.$ZodType;
  /** Query parameters that may be given more than once. */
  repeatable?: readonly string[];
  /** Bytes of the largest body, if not those that all others take. */
  bodyBytes?: number;
  /** Whether If-Match with an attempt is heeded. */
  ifMatch?: boolean;
}

/** functions/ authorise and parse by these and openapi.ts describes these, so the two agree. */
export const batchContract = {
  scope: 'ingest',
  path: WorkflowPath,
  query: NoQuery,
  body: BatchRequest,
  bodyBytes: limits.batchBytes,
} satisfies OperationContract;
export const listContract = {
  scope: 'read',
  path: WorkflowPath,
  query: ListQuery,
  repeatable: ['id', 'state', 'tag'],
} satisfies OperationContract;
export const listWorkflowsContract = {
  scope: 'read',
  path: NoPath,
  query: WorkflowsQuery,
} satisfies OperationContract;
export const readWorkflowContract = {
  scope: 'read',
  path: WorkflowPath,
  query: NoQuery,
} satisfies OperationContract;
export const saveWorkflowContract = {
  scope: 'operate',
  path: WorkflowPath,
  query: NoQuery,
  body: WorkflowSettings,
} satisfies OperationContract;
export const removeWorkflowContract = {
  scope: 'operate',
  path: WorkflowPath,
  query: NoQuery,
} satisfies OperationContract;
export const checkHealthContract = { scope: 'any', path: NoPath, query: NoQuery } satisfies OperationContract;
export const readOpenapiContract = { scope: 'any', path: NoPath, query: NoQuery } satisfies OperationContract;
/** Whatever no route matches: nothing is parsed, since nothing is done. */
export const unroutedContract = { scope: 'any' } satisfies OperationContract;
