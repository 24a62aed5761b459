import * as z from 'zod/mini';
import { Cursor, Limit } from './item-list.ts';
import { limits } from './limits.ts';
import { lines, Tags, WorkflowName } from './names.ts';
import { Instant, Timeout } from './time.ts';

export const WorkflowSettings = z.strictObject({
  timeout: z.optional(Timeout),
  description: z.optional(lines(0, limits.descriptionCharacters)),
  tags: z.optional(Tags),
});
export type WorkflowSettings = z.infer<typeof WorkflowSettings>;

/** An exact number, or "10000+" where counting stops. */
export const Count = z
  .union([z.int().check(z.minimum(0)), z.literal(`${limits.countedItems}+`)])
  .check(z.meta({ examples: [3, `${limits.countedItems}+`] }));
export type Count = z.infer<typeof Count>;

export const Workflow = z.strictObject({
  workflow: WorkflowName,
  ...WorkflowSettings.shape,
  firstSeenAt: Instant,
  counts: z.strictObject({ waiting: Count, overdue: Count, failed: Count }),
  oldestDeadline: z
    .optional(Instant)
    .check(
      z.meta({ description: 'The earliest deadline of all items of the workflow that are not completed.' }),
    ),
});
export type Workflow = z.infer<typeof Workflow>;

export const WorkflowsQuery = z.strictObject({ limit: z.optional(Limit), cursor: z.optional(Cursor) });

export const WorkflowsReply = z.strictObject({ workflows: z.array(Workflow), cursor: z.optional(Cursor) });
export type WorkflowsReply = z.infer<typeof WorkflowsReply>;
