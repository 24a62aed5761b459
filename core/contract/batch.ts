import * as z from 'zod/mini';
import { CompleteReply, ItemSummary, ProgressRequest, RegisterReply, RegisterRequest } from './item.ts';
import { limits } from './limits.ts';
import { Attempt, ItemId, RunToken } from './names.ts';
import { Problem } from './problem.ts';

const only = {
  run: z.optional(RunToken),
  attempt: z
    .optional(Attempt)
    .check(z.meta({ description: 'Only if the item is in this attempt, as If-Match says elsewhere.' })),
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

/** Each operation is parsed on its own: one that is not valid is answered so and stops no other (P8). */
export const BatchRequest = z.strictObject({
  operations: z.array(z.unknown()).check(z.minLength(1), z.maxLength(limits.batchOperations)),
});

const Status = z
  .int()
  .check(z.meta({ description: 'What the operation alone would have been answered with.' }));

/** The results in the order of the operations. 503 is worth another try. */
export const BatchReply = z.strictObject({
  results: z.array(
    z.union([
      z.strictObject({ ...RegisterReply.shape, status: Status }),
      z.strictObject({ ...ItemSummary.shape, status: Status }),
      z.strictObject({ ...CompleteReply.shape, status: Status }),
      Problem,
    ]),
  ),
});
