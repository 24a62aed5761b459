import * as z from 'zod/mini';
import { limits } from './limits.ts';
import { Attempt, ItemId, printable, received, StepName } from './names.ts';
import { InstantInput } from './time.ts';

export const TagFilter = z.string().check(
  z.refine((tag) => /^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}(:.{0,256})?$/su.test(tag), {
    error: (issue) => `must be key or key:value; received ${received(issue.input)}`,
  }),
  z.meta({ description: '`key` (has the tag) or `key:value`.', examples: ['customer:acme'] }),
);

/** Which items of a workflow; what is not given fits all. Lists have the same as query parameters. */
export const filterShape = {
  step: z.optional(StepName),
  tag: z.optional(TagFilter),
  prefix: z
    .optional(printable(1, limits.itemCharacters))
    .check(z.meta({ description: 'How the ids of the items begin.' })),
  attempt: z.optional(Attempt),
  dueBefore: z
    .optional(InstantInput)
    .check(z.meta({ description: 'Only items with a deadline before this.' })),
  dueAfter: z
    .optional(InstantInput)
    .check(z.meta({ description: 'Only items with a deadline at or after this.' })),
  registeredBefore: z
    .optional(InstantInput)
    .check(z.meta({ description: 'Only items whose first attempt started before this.' })),
  registeredAfter: z
    .optional(InstantInput)
    .check(z.meta({ description: 'Only items whose first attempt started at or after this.' })),
};

/** Which overdue and failed items a redrive or a discard is about. */
export const EndedFilter = z.strictObject({
  state: z.optional(z.enum(['overdue', 'failed'])),
  ids: z.optional(
    z.array(ItemId).check(
      z.minLength(1),
      z.maxLength(limits.filterIds),
      z.refine((ids) => bytesOf(ids) <= limits.filterIdBytes, {
        error: ({ input }) =>
          `must be at most ${limits.filterIdBytes} bytes in UTF-8 together; received ${bytesOf(input as string[])}`,
      }),
    ),
  ),
  ...filterShape,
});
export type EndedFilter = z.infer<typeof EndedFilter>;

function bytesOf(ids: readonly string[]): number {
  return ids.reduce((sum, id) => sum + new TextEncoder().encode(id).length, 0);
}
