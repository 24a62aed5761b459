import * as z from 'zod/mini';
import { ItemState, ItemSummary, itemStates } from './item.ts';
import { filterShape, startedDescription, TagFilters } from './item-filter.ts';
import { limits } from './limits.ts';
import { ItemId, received, WorkflowName } from './names.ts';

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
  z.maxLength(limits.cursorCharacters),
  z.meta({
    description: "Where the last page ended: that page's `cursor`, with the same filters and order.",
  }),
);

/** The attempt, as a number in a query string. */
const AttemptText = z.string().check(
  z.refine((text) => /^[1-9]\d{0,8}$/.test(text), {
    error: (issue) => `must be a whole number from 1; received ${received(issue.input)}`,
  }),
  z.meta({
    description: 'Only items in this attempt.',
    type: 'integer',
    minimum: 1,
    examples: [1],
  }),
);

const Ids = z
  .array(ItemId)
  .check(
    z.maxLength(limits.listIds),
    z.meta({ description: 'Only items with these ids; may be given more than once.' }),
  );

/** States that a list can be asked for. */
export const listStates = itemStates;
const States = z.array(ItemState).check(
  z.maxLength(listStates.length),
  z.meta({
    description: 'Only items in this state; may be given more than once, for items in one of them.',
  }),
);

const Tags = TagFilters.check(
  z.meta({
    description:
      'Only items with this tag, `key` or `key:value`; may be given up to 10 times, for items with all of them.',
  }),
);

/** A boolean in a query string. */
const StartedText = z.string().check(
  z.refine((text) => text === 'true' || text === 'false', {
    error: (issue) => `must be true or false; received ${received(issue.input)}`,
  }),
  z.meta({ description: startedDescription, type: 'boolean', examples: [false] }),
);

/** The filters of a redrive (core/contract/item-filter.ts), as a query string writes them, and what makes a page. */
export const ListQuery = z.strictObject({
  state: z.optional(States),
  tag: z.optional(Tags),
  started: z.optional(StartedText),
  ...filterShape,
  attempt: z.optional(AttemptText),
  id: z.optional(Ids),
  sort: z.optional(
    z.enum(['id', 'deadline', 'registration']).check(
      z.meta({
        description:
          'deadline: waiting items by their next check, which is at the deadline or before it. registration: overdue and failed items, the default for these. id: a fixed order that no change moves, the default otherwise.',
      }),
    ),
  ),
  order: z.optional(
    z.enum(['asc', 'desc']).check(z.meta({ description: 'asc by default; desc is the reverse.' })),
  ),
  format: z.optional(
    z.enum(['json', 'jsonl']).check(
      z.meta({
        description: 'jsonl: whole items with their data, one a line; the next page is in the header Link.',
      }),
    ),
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
