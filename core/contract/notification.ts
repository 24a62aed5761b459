import * as z from 'zod/mini';
import { Failure, StepReached } from './item.ts';
import { Attempt, ItemId, StepName, WorkflowName } from './names.ts';
import { Instant } from './time.ts';

/** An item in a notification: ids, times and steps, never its data (P9). */
export const NotifiedItem = z.strictObject({
  id: z.string().check(
    z.meta({
      description: 'Of this end of this attempt, whichever notification tells of it: to know a repeat by.',
    }),
  ),
  item: ItemId,
  attempt: Attempt,
  deadline: Instant,
  startedAt: Instant,
  overdueByMs: z
    .optional(z.int())
    .check(z.meta({ description: 'Milliseconds past the deadline when it was found.' })),
  step: z.optional(StepName),
  stepAt: z.optional(StepReached.shape.at),
  caughtBy: z.optional(z.enum(['timer', 'sweep'])),
  failure: z.optional(Failure),
});
export type NotifiedItem = z.infer<typeof NotifiedItem>;

/** What people and their tools are told: one per workflow, event and batch. */
export const Notification = z.strictObject({
  id: z
    .string()
    .check(
      z.meta({ description: 'The same content has the same id: a repeated delivery can be told by it.' }),
    ),
  event: z.enum(['overdue', 'failed']),
  workflow: WorkflowName,
  subject: z.string().check(z.maxLength(100)),
  count: z.int(),
  items: z.array(NotifiedItem).check(z.minLength(1)),
});
export type Notification = z.infer<typeof Notification>;
