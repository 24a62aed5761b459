import * as z from 'zod/mini';
import { CompleteReply, ProgressRequest, WrittenItem } from './item.ts';
import { limits } from './limits.ts';
import { Attempt, ItemId, RunToken } from './names.ts';
import { NoQuery, type OperationContract, WorkflowPath } from './operation.ts';
import { Problem } from './problem.ts';
import { RegisterReply, RegisterRequest } from './registration.ts';

const only = {
  run: z.optional(RunToken),
  attempt: z
    .optional(Attempt)
    .check(z.meta({ description: 'Acts only if the item is in this attempt, as `If-Match` does.' })),
};

export const RegisterOperation = z.strictObject({
  op: z.literal('register'),
  ...RegisterRequest.shape,
  item: ItemId,
});
export const ProgressOperation = z.strictObject({
  op: z.literal('progress'),
  ...only,
  ...ProgressRequest.shape,
  item: ItemId,
});
export const CompleteOperation = z.strictObject({ op: z.literal('complete'), item: ItemId, ...only });

const size = [z.minLength(1), z.maxLength(limits.batchOperations)] as const;

/** A batch, as callers send it. */
export const BatchRequest = z.strictObject({
  operations: z
    .array(z.discriminatedUnion('op', [RegisterOperation, ProgressOperation, CompleteOperation]))
    .check(...size),
});
export type BatchRequest = z.infer<typeof BatchRequest>;

/** Each operation is parsed on its own: an invalid one has a problem as its result and stops no other (P8). */
export const BatchEnvelope = z.strictObject({ operations: z.array(z.unknown()).check(...size) });

const Status = z.int().check(z.meta({ description: 'The reply that the operation would have had alone.' }));

/** The results in the order of the operations. Retry an operation with the status 503. */
export const BatchReply = z.strictObject({
  results: z.array(
    z.union([
      z.strictObject({ ...RegisterReply.shape, status: Status }),
      z.strictObject({ ...WrittenItem.shape, status: Status }),
      z.strictObject({ ...CompleteReply.shape, status: Status }),
      Problem,
    ]),
  ),
});
export type BatchReply = z.infer<typeof BatchReply>;

export const batchContract = {
  operation: 'batch',
  scope: 'ingest',
  path: WorkflowPath,
  query: NoQuery,
  body: BatchEnvelope,
  documentedBody: BatchRequest,
  bodyBytes: limits.batchBytes,
  replies: { 200: BatchReply, 207: BatchReply, 400: BatchReply, 503: BatchReply },
  problems: [],
} satisfies OperationContract;
