import * as z from 'zod/mini';
import { ItemGuard, ItemPath, PlainItemPath } from './item-path.ts';
import { limits } from './limits.ts';
import { Attempt, ItemId, lines, printable, RunToken, StepName, Tags, WorkflowName } from './names.ts';
import { NoQuery, type OperationContract } from './operation.ts';
import { ProgressValue } from './progress.ts';
import { Age, Instant, InstantInput, Timeout } from './time.ts';

export const RunQuery = z.strictObject({ run: z.optional(RunToken) });

/** States of items that are not completed. */
export const openStates = ['waiting', 'overdue', 'failed'] as const;
export const OpenState = z.enum(openStates);
export type OpenState = z.infer<typeof OpenState>;
/** States of open items that need somebody's attention. */
export const breachedStates = ['overdue', 'failed'] as const;
export type BreachedState = (typeof breachedStates)[number];

export const itemStates = [...openStates, 'completed'] as const;
export const ItemState = z.enum(itemStates).check(
  z.meta({
    description:
      'waiting: not completed, before its deadline. overdue: not completed by its deadline. failed: reported as failed by the caller. completed: done, while the receipt is kept.',
  }),
);
export type ItemState = z.infer<typeof ItemState>;

export const StepReached = z.strictObject({
  step: StepName,
  at: Instant,
  attempt: z
    .optional(Attempt)
    .check(z.meta({ description: 'The attempt that reached it. Absent for the current attempt.' })),
});
export type StepReached = z.infer<typeof StepReached>;

export const FailureInput = z.strictObject({
  reason: lines(1, limits.reasonCharacters),
  type: z.optional(printable(1, limits.failureTypeCharacters)),
});
export const Failure = z.strictObject({ ...FailureInput.shape, at: Instant });

/** `data` is any JSON. It is never walked or copied: core/json-text.ts takes its source text. */
export const Data = z.unknown().check(
  z.meta({
    description: `Any JSON of up to ${limits.dataBytes / 1024} KB: the data needed to resume the work.`,
    examples: [{ bucket: 'in', key: 'a.tiff' }],
  }),
);

export const ProgressRequest = z
  .strictObject({
    item: ItemGuard,
    timeout: z.optional(Timeout),
    deadline: z.optional(InstantInput),
    age: z.optional(Age),
    step: z.optional(StepName),
    progress: z.optional(ProgressValue),
    tags: z.optional(Tags),
    data: z.optional(Data),
    failed: z.optional(FailureInput),
  })
  .check(
    z.refine(({ item, age, ...request }) => Object.keys(request).length > 0, {
      error: 'must have at least one of timeout, deadline, step, progress, tags, data, failed; received none',
    }),
    z.meta({ minProperties: 1 }),
  );
export type ProgressRequest = z.infer<typeof ProgressRequest>;

/** How an item ended. */
const completionShape = {
  outcome: z.enum(['on-time', 'recovered', 'late', 'early']).check(
    z.meta({
      description:
        'on-time: before the deadline. recovered: before the deadline, after the item failed or was not started in time. late: after the deadline. early: the run is not registered yet; its registration will find it completed.',
    }),
  ),
  tookMs: z.int().check(z.minimum(0), z.meta({ description: 'Milliseconds since this attempt started.' })),
  lateByMs: z.optional(
    z.int().check(z.minimum(0), z.meta({ description: 'Milliseconds past the deadline.' })),
  ),
};

export const CompleteReply = z.strictObject({ attempt: Attempt, ...completionShape });
export type CompleteReply = z.infer<typeof CompleteReply>;

export const Completion = z.strictObject({ at: Instant, ...completionShape });

const itemShape = {
  workflow: WorkflowName,
  item: ItemId,
  attempt: Attempt,
  state: ItemState,
  deadline: Instant.check(z.meta({ description: 'An item still waiting at this time is overdue.' })),
  registeredAt: Instant.check(z.meta({ description: 'When the first attempt started.' })),
  startedAt: Instant.check(z.meta({ description: 'When this attempt started.' })),
  step: z.optional(StepName),
  steps: z.array(StepReached).check(
    z.maxLength(limits.steps),
    z.meta({
      description:
        'The steps reached, oldest first, also those of attempts before a redrive. Only the latest 50 are kept.',
    }),
  ),
  lostAfter: z.optional(z.strictObject({ step: StepName, attempt: Attempt })).check(
    z.meta({
      description:
        'The last step that an earlier attempt reached before the item was lost, and that attempt. Of a resumed item.',
    }),
  ),
  tags: Tags,
  run: z.optional(RunToken),
  overdueAt: z.optional(Instant).check(z.meta({ description: 'When the item was found overdue.' })),
  caughtBy: z.optional(z.enum(['timer', 'sweep'])).check(
    z.meta({
      description: 'What found the item overdue: its timer, or the sweep, which looks for lost timers.',
    }),
  ),
  failure: z.optional(Failure),
  startBy: z
    .optional(Instant)
    .check(z.meta({ description: 'An item without a step at this time is reported as not started.' })),
  neverStarted: z.optional(z.literal(true)).check(
    z.meta({
      description:
        'No step was reported by startBy. The work may be in a queue: look there before you resume it.',
    }),
  ),
  warnedAt: z.optional(Instant).check(z.meta({ description: 'When the last warning was sent.' })),
  progress: z.optional(ProgressValue).check(z.meta({ description: 'The last value that was reported.' })),
  progressedAt: z
    .optional(Instant)
    .check(z.meta({ description: 'Since when `progress` is the same and no other step was reached.' })),
  stuckAt: z.optional(Instant).check(
    z.meta({
      description:
        'When people were warned that the item is stuck: its `progress` stays the same. Absent again once it moves.',
    }),
  ),
  redrive: z.optional(z.string()).check(z.meta({ description: 'The redrive that started this attempt.' })),
  incident: z
    .optional(z.string())
    .check(z.meta({ description: 'The incident in which the item was reported.' })),
  completion: z
    .optional(Completion)
    .check(
      z.meta({ description: 'The completion of a completed item. Its data, steps and tags are erased.' }),
    ),
};

/** An item without its data, in lists and in replies to writes. */
export const ItemSummary = z.strictObject(itemShape);
export type ItemSummary = z.infer<typeof ItemSummary>;

/** The item in the reply to a write. A caller without the scope `read` sees none of what the item holds. */
export const writtenShape = {
  ...itemShape,
  ...z.partial(z.pick(ItemSummary, { registeredAt: true, startedAt: true, steps: true, tags: true })).shape,
};
export const WrittenItem = z.strictObject(writtenShape).check(
  z.meta({
    description:
      'Without the scope `read`, only workflow, item, attempt, state, deadline and completion are returned.',
  }),
);
export type WrittenItem = z.infer<typeof WrittenItem>;

/** An item with its data, in the reply to GET. */
export const Item = z.strictObject({ ...itemShape, data: z.optional(Data) });
export type Item = z.infer<typeof Item>;

export const readContract = {
  operation: 'read',
  scope: 'read',
  path: ItemPath,
  pathForm: PlainItemPath,
  query: NoQuery,
  replies: { 200: Item },
  problems: ['item-not-found'],
} satisfies OperationContract;

export const progressContract = {
  operation: 'progress',
  scope: 'ingest',
  path: ItemPath,
  pathForm: PlainItemPath,
  query: RunQuery,
  body: ProgressRequest,
  ifMatch: true,
  replies: { 200: WrittenItem },
  problems: [
    'data-too-large',
    'item-not-found',
    'item-not-waiting',
    'other-attempt',
    'deadline-ambiguous',
    'deadline-out-of-range',
  ],
} satisfies OperationContract;

export const completeContract = {
  operation: 'complete',
  scope: 'ingest',
  path: ItemPath,
  pathForm: PlainItemPath,
  query: RunQuery,
  ifMatch: true,
  replies: { 200: CompleteReply },
  problems: ['item-not-found', 'other-attempt'],
} satisfies OperationContract;
