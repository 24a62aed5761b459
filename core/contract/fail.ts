import * as z from 'zod/mini';
import { FailureInput, ItemState } from './item.ts';
import { ItemPath, PlainItemPath } from './item-path.ts';
import { limits } from './limits.ts';
import { Attempt, RunToken, received } from './names.ts';
import type { OperationContract } from './operation.ts';
import { Instant } from './time.ts';

/** A whole number in a query. */
function digits(most: number, description: string, example: number) {
  const isAllowed = (text: string) => /^\d{1,9}$/.test(text) && Number(text) <= most;
  return z.string().check(
    z.refine(isAllowed, {
      error: ({ input }) => `must be a whole number of at most ${most}; received ${received(input)}`,
    }),
    z.meta({ description, type: 'integer', minimum: 0, maximum: most, examples: [example] }),
  );
}

export const FailQuery = z.strictObject({
  run: z.optional(RunToken),
  attempt: z.optional(digits(999_999_999, 'Fails the item only if it is in this attempt.', 1)),
  type: FailureInput.shape.type.check(
    z.meta({ description: 'The kind of the failure, by which redrives and discards can choose items.' }),
  ),
  exit: z.optional(digits(255, 'The exit code of the job. The reason begins with it.', 3)),
});

export const FailureText = z.string().check(
  z.meta({
    description: `What the job printed: UTF-8, any Content-Type. It becomes the reason, without colours and control characters. Of more than ${limits.reasonCharacters} characters only the end is kept, which says why the job failed; the reason then begins with "[the beginning is cut off]".`,
    examples: ['cp: cannot create regular file: No space left on device'],
  }),
);

export const FailReply = z.strictObject({
  attempt: Attempt,
  state: ItemState,
  deadline: Instant,
});

export const failContract = {
  operation: 'fail',
  scope: 'ingest',
  path: ItemPath,
  pathForm: PlainItemPath,
  query: FailQuery,
  textBody: FailureText,
  replies: { 200: FailReply },
  problems: ['item-not-found', 'item-not-waiting', 'other-attempt'],
} satisfies OperationContract;
