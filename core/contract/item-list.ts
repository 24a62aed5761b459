import * as z from 'zod/mini';
import { ItemState, ItemSummary } from './item.ts';
import { limits } from './limits.ts';
import { received, StepName, WorkflowName } from './names.ts';
import { InstantInput } from './time.ts';

export const WorkflowPath = z.strictObject({ workflow: WorkflowName });

/** A number in a query string; zod's own coercion would take "" and "1e2" too. */
export const Limit = z.string().check(
  z.refine((text) => /^\d{1,3}$/.test(text) && Number(text) >= 1 && Number(text) <= limits.pageItems, {
    error: (issue) =>
      `must be a whole number from 1 to ${limits.pageItems}; received ${received(issue.input)}`,
  }),
  z.meta({
    description: 'The most to give on a page.',
    type: 'integer',
    minimum: 1,
    maximum: limits.pageItems,
    default: limits.defaultPageItems,
    examples: [50],
  }),
);

export const Cursor = z.string().check(
  z.minLength(1),
  z.maxLength(512),
  z.meta({
    description: "Where the last page ended: that page's `cursor`, with the same filters and order.",
  }),
);

export const ListQuery = z.strictObject({
  state: z.optional(ItemState),
  step: z.optional(StepName),
  tag: z.optional(
    z.string().check(
      z.refine((tag) => /^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}(:.{0,256})?$/su.test(tag), {
        error: (issue) => `must be key or key:value; received ${received(issue.input)}`,
      }),
      z.meta({ description: '`key` (has the tag) or `key:value`.', examples: ['customer:acme'] }),
    ),
  ),
  dueBefore: z
    .optional(InstantInput)
    .check(z.meta({ description: 'Only items with a deadline before this.' })),
  dueAfter: z
    .optional(InstantInput)
    .check(z.meta({ description: 'Only items with a deadline at or after this.' })),
  order: z.optional(
    z
      .enum(['asc', 'desc'])
      .check(z.meta({ description: 'By deadline: earliest (asc, the default) or latest first.' })),
  ),
  limit: z.optional(Limit),
  cursor: z.optional(Cursor),
});
export type ListQuery = z.infer<typeof ListQuery>;

export const ListReply = z.strictObject({
  items: z.array(ItemSummary).check(z.maxLength(limits.pageItems)),
  cursor: z.optional(Cursor).check(
    z.meta({
      description:
        'Given while there may be more. A page can hold fewer items than asked for, even none: go on while there is a cursor.',
    }),
  ),
});
export type ListReply = z.infer<typeof ListReply>;
