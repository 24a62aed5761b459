import * as z from 'zod/mini';
import { Item, ItemState, ItemSummary, itemStates } from './item.ts';
import { filterShape, startedDescription, stuckDescription, TagFilters } from './item-filter.ts';
import { limits } from './limits.ts';
import { ItemId, received } from './names.ts';
import { type OperationContract, WorkflowPath } from './operation.ts';
import { Cursor, Limit } from './paging.ts';

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
  .check(z.maxLength(limits.listIds), z.meta({ description: 'Only items with these ids. May be repeated.' }));

/** States that a list can be asked for. */
export const listStates = itemStates;
const States = z.array(ItemState).check(
  z.maxLength(listStates.length),
  z.meta({
    description: 'Only items in this state. May be repeated, for items in one of several states.',
  }),
);

const Tags = TagFilters.check(
  z.meta({
    description:
      'Only items with this tag, `key` or `key:value`. May be repeated up to 10 times, for items with all of the tags.',
  }),
);

/** A boolean in a query string. */
function booleanText(description: string, example: boolean) {
  return z.string().check(
    z.refine((text) => text === 'true' || text === 'false', {
      error: (issue) => `must be true or false; received ${received(issue.input)}`,
    }),
    z.meta({ description, type: 'boolean', examples: [example] }),
  );
}
const StartedText = booleanText(startedDescription, false);
const StuckText = booleanText(stuckDescription, true);

/** The filters of a redrive (core/contract/item-filter.ts), as a query string writes them, and what makes a page. */
export const ListQuery = z.strictObject({
  state: z.optional(States),
  tag: z.optional(Tags),
  started: z.optional(StartedText),
  stuck: z.optional(StuckText),
  ...filterShape,
  attempt: z.optional(AttemptText),
  id: z.optional(Ids),
  sort: z.optional(
    z.enum(['id', 'deadline', 'registration']).check(
      z.meta({
        description:
          'id: a fixed order in which no change moves an item, the default. deadline: by the next check, which is at or before the deadline; only with state=waiting. registration: the time of registration; only of overdue and failed items, and their default.',
      }),
    ),
  ),
  order: z.optional(
    z.enum(['asc', 'desc']).check(z.meta({ description: 'asc by default. desc reverses the order.' })),
  ),
  format: z.optional(
    z.enum(['json', 'jsonl']).check(
      z.meta({
        description: 'jsonl: whole items with their data, one a line. The header Link has the next page.',
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
        'Present if there may be more items. A page can have fewer items than `limit`, even none: continue while there is a cursor.',
    }),
  ),
});
export type ListReply = z.infer<typeof ListReply>;

/** A line of an export: an item, or which one cannot be read. */
export const ItemLine = z.union([
  Item,
  z.strictObject({ workflow: Item.shape.workflow, item: Item.shape.item, error: z.string() }),
]);
export type ItemLine = z.infer<typeof ItemLine>;

export const listContract = {
  operation: 'list',
  scope: 'read',
  path: WorkflowPath,
  query: ListQuery,
  repeatable: ['id', 'state', 'tag'],
  replies: { 200: ListReply },
  lines: ItemLine,
  problems: ['workflow-not-found', 'invalid-cursor'],
} satisfies OperationContract;
