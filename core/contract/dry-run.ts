import * as z from 'zod/mini';
import { ItemSummary } from './item.ts';
import { Attempt, ItemId, StepName } from './names.ts';
import { Instant } from './time.ts';
import { RedriveId } from './time-ordered-id.ts';

/** How many ids without an item a dry run names. */
export const mostUnknown = 20;
/** How many steps a dry run lists. */
export const mostSteps = 10;
const Count = z.int().check(z.minimum(0));

export const DryRun = z.strictObject({
  count: Count,
  more: z
    .optional(z.literal(true))
    .check(z.meta({ description: 'There may be more items than could be counted in 15 seconds.' })),
  items: z
    .array(
      z.strictObject({
        item: ItemId,
        attempt: Attempt,
        registeredAt: Instant,
        step: z.optional(StepName),
        lostAfter: ItemSummary.shape.lostAfter,
      }),
    )
    .check(z.meta({ description: 'The first 20, in order of registration.' })),
  steps: z
    .optional(
      z.array(z.strictObject({ step: z.optional(StepName), count: Count })).check(z.maxLength(mostSteps)),
    )
    .check(
      z.meta({
        description:
          'If no item matches and there is a filter by step: the last steps of the items that match all other filters.',
      }),
    ),
  unknown: z
    .optional(z.strictObject({ count: Count, ids: z.array(ItemId).check(z.maxLength(mostUnknown)) }))
    .check(
      z.meta({
        description: `Of a filter by ids: ids without an open item, the first ${mostUnknown} of them by name.`,
      }),
    ),
  oldest: z.optional(Instant).check(z.meta({ description: 'When the oldest item was registered.' })),
  bytes: Count.check(z.meta({ description: 'Bytes of the data of all items, as stored.' })),
  subscriptions: z.optional(Count).check(
    z.meta({
      description:
        'Of a redrive: the subscriptions to the redrive topic. Without any, no upstream service would receive the items.',
    }),
  ),
  takesMs: z
    .optional(Count)
    .check(z.meta({ description: 'Milliseconds that the redrive takes at this rate.' })),
  token: z
    .optional(RedriveId)
    .check(z.meta({ description: 'Of a discard: send it to carry out the discard.' })),
});
export type DryRun = z.infer<typeof DryRun>;
