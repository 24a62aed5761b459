import * as z from 'zod/mini';
import { StepReached } from './item.ts';
import { BreachedFilter } from './item-filter.ts';
import { limits } from './limits.ts';
import { Attempt, ItemId, RunToken, StepName, Tags, WorkflowName } from './names.ts';
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

const MostItems = z.int().check(
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

export const RedriveRequest = z.strictObject({
  ...BreachedFilter.shape,
  limit: z.optional(MostItems),
  rate: z.optional(Rate),
  timeout: z.optional(Timeout).check(
    z.meta({
      description: "The time to the new deadline. The timeout of the item's last attempt by default.",
    }),
  ),
  dryRun: z
    .optional(z.boolean())
    .check(z.meta({ description: 'Return what the redrive would do, and do nothing.' })),
});
export type RedriveRequest = z.infer<typeof RedriveRequest>;

/** The first request of a discard: a dry run, which returns what would be removed and a token. */
export const DiscardDryRun = z.strictObject({
  ...BreachedFilter.shape,
  limit: z.optional(MostItems),
  dryRun: z
    .literal(true)
    .check(z.meta({ description: 'Return what the discard would remove, and a token. With filters.' })),
});

/** The second request of a discard: it sends the token of the dry run. */
export const DiscardConfirmation = z.strictObject({
  token: RedriveId.check(z.meta({ description: 'The token of the dry run to carry out. The only member.' })),
});

/** One of the two requests, as callers send them. */
export const DiscardRequest = z.union([DiscardDryRun, DiscardConfirmation]);

/** Both requests parsed by one schema, so that an error names a member instead of two schemas that do not match. */
const DiscardBody = z
  .strictObject({
    ...DiscardDryRun.shape,
    dryRun: z.optional(DiscardDryRun.shape.dryRun),
    token: z.optional(DiscardConfirmation.shape.token),
  })
  .check(
    z.refine(
      (request) => (request.token === undefined ? request.dryRun : Object.keys(request).length === 1),
      {
        path: ['token'],
        error:
          'must be the token of a dry run and the only member; to make a dry run, send dryRun: true and filters instead',
      },
    ),
  );
export type DiscardBody = z.infer<typeof DiscardBody>;

const Count = z.int().check(z.minimum(0));

export const DryRun = z.strictObject({
  count: Count,
  more: z
    .optional(z.literal(true))
    .check(z.meta({ description: 'There may be more items than could be counted in 15 seconds.' })),
  items: z
    .array(
      z.strictObject({ item: ItemId, attempt: Attempt, registeredAt: Instant, step: z.optional(StepName) }),
    )
    .check(z.meta({ description: 'The first 20, in order of registration.' })),
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
  resumed: Count.check(z.meta({ description: 'Items resumed. Of a discard: items removed.' })),
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
  problems: ['deadline-out-of-range', 'no-subscription', 'too-many-redrives'],
} satisfies OperationContract;

export const discardContract = {
  operation: 'discard',
  scope: 'operate',
  audited: true,
  path: WorkflowPath,
  query: NoQuery,
  body: DiscardBody,
  documentedBody: DiscardRequest,
  replies: { 200: DryRun, 202: Redrive },
  problems: ['redrive-not-found', 'dry-run-too-old', 'too-many-redrives'],
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
