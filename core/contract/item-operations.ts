import { NoQuery, ProgressRequest, RegisterRequest, RunQuery } from './item.ts';
import { ItemPath, PlainItemPath } from './item-path.ts';
import type { OperationContract } from './operations.ts';

/** Apart from the other operations, so that the functions of the hot path load the schemas of items only. */
export const registerContract = {
  scope: 'ingest',
  path: ItemPath,
  pathForm: PlainItemPath,
  query: NoQuery,
  body: RegisterRequest,
} satisfies OperationContract;
export const readContract = {
  scope: 'read',
  path: ItemPath,
  pathForm: PlainItemPath,
  query: NoQuery,
} satisfies OperationContract;
export const progressContract = {
  scope: 'ingest',
  path: ItemPath,
  pathForm: PlainItemPath,
  query: RunQuery,
  body: ProgressRequest,
  ifMatch: true,
} satisfies OperationContract;
export const completeContract = {
  scope: 'ingest',
  path: ItemPath,
  pathForm: PlainItemPath,
  query: RunQuery,
  ifMatch: true,
} satisfies OperationContract;
