import * as z from 'zod/mini';
import { AuditQuery } from './audit.ts';
import { NoQuery } from './item.ts';
import { Cursor, Limit, WorkflowPath } from './item-list.ts';
import { WorkflowName } from './names.ts';
import { NoPath, type OperationContract } from './operations.ts';
import { DiscardRequest, RedriveChange, RedriveId, RedriveRequest } from './redrive.ts';

export const RedrivePath = z.strictObject({ workflow: WorkflowName, redrive: RedriveId });
export const RedrivesQuery = z.strictObject({ limit: z.optional(Limit), cursor: z.optional(Cursor) });

export const listAuditContract = {
  scope: 'read',
  path: NoPath,
  query: AuditQuery,
} satisfies OperationContract;
export const startRedriveContract = {
  scope: 'operate',
  path: WorkflowPath,
  query: NoQuery,
  body: RedriveRequest,
} satisfies OperationContract;
export const discardContract = {
  scope: 'operate',
  path: WorkflowPath,
  query: NoQuery,
  body: DiscardRequest,
} satisfies OperationContract;
export const listRedrivesContract = {
  scope: 'read',
  path: WorkflowPath,
  query: RedrivesQuery,
} satisfies OperationContract;
export const readRedriveContract = {
  scope: 'read',
  path: RedrivePath,
  query: NoQuery,
} satisfies OperationContract;
export const changeRedriveContract = {
  scope: 'operate',
  path: RedrivePath,
  query: NoQuery,
  body: RedriveChange,
} satisfies OperationContract;
