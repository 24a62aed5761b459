import * as z from 'zod/mini';
import { Failure, ItemSummary } from './item.ts';
import { Attempt, ItemId, RunToken, StepName, Tags, WorkflowName } from './names.ts';
import { Instant } from './time.ts';

/** An event of one item, for machines. Never its data (P9). */
export const ItemEvent = z.strictObject({
  id: z
    .string()
    .check(
      z.meta({ description: 'The id of this event of this attempt. A repeated delivery has the same id.' }),
    ),
  event: z.enum([
    'item.overdue',
    'item.not-started',
    'item.failed',
    'item.late',
    'item.recovered',
    'item.warned',
    'item.stuck',
  ]),
  workflow: WorkflowName,
  item: ItemId,
  attempt: Attempt,
  at: Instant,
  deadline: Instant,
  startedAt: Instant,
  step: z.optional(StepName),
  run: z.optional(RunToken),
  tags: Tags,
  caughtBy: z.optional(z.enum(['timer', 'sweep'])),
  neverStarted: z.optional(z.literal(true)),
  progress: ItemSummary.shape.progress,
  progressedAt: ItemSummary.shape.progressedAt,
  failure: z.optional(Failure),
  incident: z.optional(z.string()),
});
export type ItemEvent = z.infer<typeof ItemEvent>;
