import * as z from 'zod/mini';
import { itemStates } from './item.ts';
import { limits } from './limits.ts';
import { ItemId } from './names.ts';
import { NoQuery, type OperationContract, WorkflowPath } from './operation.ts';

function bytesOf(ids: readonly string[]): number {
  return ids.reduce((sum, id) => sum + new TextEncoder().encode(id).length, 0);
}

export const ReconcileRequest = z.strictObject({
  ids: z.array(ItemId).check(
    z.minLength(1),
    z.maxLength(limits.reconcileIds),
    z.refine((ids) => bytesOf(ids) <= limits.reconcileIdBytes, {
      error: ({ input }) =>
        `must be at most ${limits.reconcileIdBytes} bytes in UTF-8 together; received ${bytesOf(input as string[])}`,
    }),
    z.meta({ description: 'The ids that the caller knows of. A repeated id is returned once.' }),
  ),
});

/** The result for an id: the item's state, `unknown` or `unreadable`. */
export const reconciledKinds = [...itemStates, 'unknown', 'unreadable'] as const;
export type ReconciledKind = (typeof reconciledKinds)[number];

const Ids = z.array(ItemId);
export const ReconcileReply = z.strictObject({
  counts: z.strictObject(
    Object.fromEntries(reconciledKinds.map((kind) => [kind, z.int().check(z.minimum(0))])) as Record<
      ReconciledKind,
      z.ZodMiniInt
    >,
  ),
  waiting: Ids,
  overdue: Ids,
  failed: Ids,
  completed: Ids.check(z.meta({ description: 'Completed, and the receipt is still kept.' })),
  unknown: Ids.check(
    z.meta({
      description: 'Never registered, discarded, or completed so long ago that the receipt has expired.',
    }),
  ),
  unreadable: Ids.check(
    z.meta({ description: 'The record exists but cannot be read; the log has the reason.' }),
  ),
});
export type ReconcileReply = z.infer<typeof ReconcileReply>;

export const reconcileContract = {
  operation: 'reconcile',
  scope: 'read',
  path: WorkflowPath,
  query: NoQuery,
  body: ReconcileRequest,
  bodyBytes: limits.batchBytes,
  replies: { 200: ReconcileReply },
  problems: [],
} satisfies OperationContract;
