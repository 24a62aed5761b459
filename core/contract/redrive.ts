import * as z from 'zod/mini';
import { DryRun } from './dry-run.ts';
import { StepReached } from './item.ts';
import { BreachedFilter } from './item-filter.ts';
import { limits } from './limits.ts';
import { Attempt, ItemId, lines, RunToken, Tags, WorkflowName } from './names.ts';
import { NoQuery, type OperationContract, WorkflowPath } from './operation.ts';
import { Cursor, PageQuery } from './paging.ts';
import { Instant, Timeout } from './time.ts';
import { RedriveId } from './time-ordered-id.ts';

const Rate = z.int().check(
  z.minimum(1),
  z.maximum(limits.redriveRate),
  z.meta({
    description: 'Items a second, so that a system that has just recovered is not overloaded.',
    default: limits.defaultRedriveRate,
  }),
);

export const MostItems = z.int().check(
  z.minimum(1),
  z.maximum(limits.redriveLimit),
  z.meta({
    description: [
      'At most this many items: the first that match, in order of registration.',
      'If one of them is skipped or fails, no other takes its place.',
    ].join(' '),
    examples: [10],
  }),
);

export const Note = lines(1, limits.noteCharacters).check(
  z.meta({ description: 'Why, for people who read the redrive or the incident later.' }),
);

export const RedriveRequest = z.strictObject({
  ...BreachedFilter.shape,
  limit: z.optional(MostItems),
  rate: z.optional(Rate),
  timeout: z.optional(Timeout).check(
    z.meta({
      description: "The time to the new deadline. The timeout of the item's last attempt by default.",
    }),
  ),
  note: z.optional(Note),
  dryRun: z
    .optional(z.boolean())
    .check(z.meta({ description: 'Return what the redrive would do, and do nothing.' })),
});
export type RedriveRequest = z.infer<typeof RedriveRequest>;

const Count = z.int().check(z.minimum(0));

export const RedriveState = z.enum(['running', 'paused', 'done', 'aborted']);
export const Redrive = z.strictObject({
  id: RedriveId,
  workflow: WorkflowName,
  action: z.enum(['redrive', 'discard']),
  state: RedriveState,
  by: z
    .string()
    .check(z.meta({ description: 'Who started it: the id of a token, an IAM ARN, or `automatic`.' })),
  filter: BreachedFilter,
  limit: z.optional(MostItems),
  rate: Rate,
  timeout: z.optional(Timeout),
  startedAt: Instant,
  endedAt: z.optional(Instant),
  matched: z
    .optional(Count)
    .check(z.meta({ description: 'How many items match. Absent until they are counted.' })),
  note: z.optional(z.string()),
  resumed: z.optional(Count).check(z.meta({ description: 'Of a redrive: items resumed.' })),
  completed: z
    .optional(Count)
    .check(
      z.meta({ description: 'Of the resumed items: completed in the attempt that the redrive started.' }),
    ),
  failedAgain: z
    .optional(Count)
    .check(z.meta({ description: 'Of the resumed items: failed in that attempt.' })),
  overdueAgain: z
    .optional(Count)
    .check(z.meta({ description: 'Of the resumed items: overdue in that attempt.' })),
  outstanding: z
    .optional(Count)
    .check(z.meta({ description: 'Of the resumed items: still waiting to be completed.' })),
  movedOn: z.optional(Count).check(
    z.meta({
      description:
        'Of the resumed items: in a later attempt or removed. They were registered again, resumed by another redrive, discarded, or completed without a receipt that is still kept.',
    }),
  ),
  counted: z.optional(Count).check(
    z.meta({
      description:
        'How many of the resumed items these five counts cover. Absent if they cover all. Only the reply to GET of one redrive has the counts.',
    }),
  ),
  discarded: z.optional(Count).check(z.meta({ description: 'Of a discard: items removed.' })),
  alongside: z.optional(z.array(RedriveId)).check(
    z.meta({
      description:
        'In the reply to its start: other redrives and discards of the workflow that are running. Each item is resumed by one of them only, but their rates add up.',
    }),
  ),
  skipped: Count.check(
    z.meta({
      description: 'Items that were completed, restarted or resumed by another redrive after they matched.',
    }),
  ),
  failed: Count,
  remaining: z.optional(Count),
  more: z
    .optional(z.literal(true))
    .check(z.meta({ description: 'There may be more items than `matched`: counting took too long.' })),
  estimatedEnd: z.optional(Instant),
  errors: z
    .array(z.strictObject({ item: ItemId, error: z.string() }))
    .check(z.meta({ description: `The errors of the first ${limits.redriveErrors} items that failed.` })),
  lastError: z
    .optional(z.strictObject({ at: Instant, error: z.string() }))
    .check(z.meta({ description: 'Why the redrive could not continue. It is retried every minute.' })),
});
export type Redrive = z.infer<typeof Redrive>;

export const RedrivesReply = z.strictObject({ redrives: z.array(Redrive), cursor: z.optional(Cursor) });
export type RedrivesReply = z.infer<typeof RedrivesReply>;

export const RedriveChange = z
  .strictObject({
    action: z.optional(z.enum(['pause', 'continue', 'abort'])),
    rate: z
      .optional(z.int().check(z.minimum(1), z.maximum(limits.redriveRate)))
      .check(z.meta({ description: 'Items a second, from the next page.' })),
  })
  .check(
    z.refine(({ action, rate }) => action !== undefined || rate !== undefined, {
      error: `must have an action (pause, continue or abort), a rate from 1 to ${limits.redriveRate}, or both; received neither`,
    }),
    z.meta({ minProperties: 1 }),
  );
export type RedriveChange = z.infer<typeof RedriveChange>;

/** The message that upstream services receive for each resumed item. */
export const RedriveMessage = z.strictObject({
  id: z
    .string()
    .check(
      z.meta({ description: 'The id of this item in this redrive. A repeated delivery has the same id.' }),
    ),
  redrive: RedriveId,
  workflow: WorkflowName,
  item: ItemId,
  attempt: Attempt,
  deadline: Instant,
  steps: z.array(StepReached).check(z.meta({ description: 'The steps that the last attempt reached.' })),
  tags: Tags,
  run: z.optional(RunToken),
  data: z.optional(z.unknown()),
});
export type RedriveMessage = z.infer<typeof RedriveMessage>;

export const startRedriveContract = {
  operation: 'start-redrive',
  scope: 'operate',
  audited: true,
  path: WorkflowPath,
  query: NoQuery,
  body: RedriveRequest,
  replies: { 200: DryRun, 202: Redrive },
  problems: ['workflow-not-found', 'deadline-out-of-range', 'no-subscription', 'too-many-redrives'],
} satisfies OperationContract;

export const listRedrivesContract = {
  operation: 'list-redrives',
  scope: 'read',
  path: WorkflowPath,
  query: PageQuery,
  replies: { 200: RedrivesReply },
  problems: ['invalid-cursor'],
} satisfies OperationContract;

const RedrivePath = z.strictObject({ workflow: WorkflowName, redrive: RedriveId });

export const readRedriveContract = {
  operation: 'read-redrive',
  scope: 'read',
  path: RedrivePath,
  query: NoQuery,
  replies: { 200: Redrive },
  problems: ['redrive-not-found'],
} satisfies OperationContract;

export const changeRedriveContract = {
  operation: 'change-redrive',
  scope: 'operate',
  audited: true,
  path: RedrivePath,
  query: NoQuery,
  body: RedriveChange,
  replies: { 200: Redrive },
  problems: ['redrive-not-found', 'redrive-over'],
} satisfies OperationContract;
