import * as z from 'zod/mini';
import { breachedStates } from './item.ts';
import { labelFault } from './label.ts';
import { limits } from './limits.ts';
import { Attempt, ItemId, labelBeginning, lines, printable, received, StepName } from './names.ts';
import { InstantInput } from './time.ts';

const tagError = (issue: { input?: unknown }) =>
  `must be key or key:value; received ${received(issue.input)}`;

/** No item can have a tag with such a value, so the filter would silently match nothing. */
function tagValueFault(tag: string): string | undefined {
  const colon = tag.indexOf(':');
  return colon === -1 ? undefined : labelFault(tag.slice(colon + 1));
}

export const TagFilter = z.string({ error: tagError }).check(
  z.refine((tag) => /^[A-Za-z0-9][A-Za-z0-9._/-]{0,63}(:.{0,256})?$/su.test(tag), { error: tagError }),
  z.refine((tag) => tagValueFault(tag) === undefined, {
    error: ({ input }) => `the value ${tagValueFault(input as string)} of it`,
  }),
  z.meta({ description: '`key` (has the tag) or `key:value`.', examples: ['customer:acme'] }),
);

/** At most as many as an item can have. */
export const TagFilters = z
  .array(TagFilter)
  .check(
    z.minLength(1),
    z.maxLength(limits.tags),
    z.meta({ description: 'Only items with all of these tags.' }),
  );

/** Filters with the same form in queries and bodies. A filter that is not given matches every item. */
export const filterShape = {
  step: z.optional(StepName).check(
    z.meta({
      description:
        'Only items whose last step is this one. Until a resumed item reaches a step, its last step is the one in `lostAfter`.',
    }),
  ),
  type: z.optional(printable(1, limits.failureTypeCharacters)).check(
    z.meta({
      description: 'Only items that failed with exactly this `type`.',
      examples: ['disk-full'],
    }),
  ),
  reason: z.optional(lines(1, limits.reasonCharacters)).check(
    z.meta({
      description:
        'Only items that failed with a `reason` that contains this text. The comparison is case-sensitive.',
      examples: ['No space left'],
    }),
  ),
  prefix: z
    .optional(labelBeginning(limits.itemCharacters))
    .check(z.meta({ description: 'Only items whose ids begin with this text.' })),
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

export const startedDescription =
  'false: only items without a step in this attempt. true: only items with a step in this attempt. A redrive or discard selects items that were not started by `startBy` only with `started: false` or by their ids.';

export const stuckDescription =
  'true: only items that people were warned of as stuck and that have not moved since. false: only other items.';

const BreachedState = z.enum(breachedStates);

/**
 * The breached items that a redrive or a discard selects: all given filters must match. The query of a list repeats
 * `state`, `tag` and `id` where a body has the lists `states`, `tags` and `ids`.
 */
export const BreachedFilter = z.strictObject({
  state: z.optional(BreachedState),
  states: z.optional(
    z
      .array(BreachedState)
      .check(
        z.minLength(1),
        z.maxLength(breachedStates.length),
        z.meta({ description: 'Only items in one of these states.' }),
      ),
  ),
  tag: z.optional(TagFilter),
  tags: z.optional(TagFilters),
  started: z.optional(z.boolean().check(z.meta({ description: startedDescription }))),
  stuck: z.optional(z.boolean().check(z.meta({ description: stuckDescription }))),
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
export type BreachedFilter = z.infer<typeof BreachedFilter>;

function bytesOf(ids: readonly string[]): number {
  return ids.reduce((sum, id) => sum + new TextEncoder().encode(id).length, 0);
}
