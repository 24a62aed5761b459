import * as z from 'zod/mini';
import { ItemGuard } from './item-path.ts';
import { limits } from './limits.ts';
import { Attempt, ItemId, lines, printable, RunToken, StepName, Tags, WorkflowName } from './names.ts';
import { Instant, InstantInput, StartBy, Timeout } from './time.ts';

export const NoQuery = z.strictObject({});
export const RunQuery = z.strictObject({ run: z.optional(RunToken) });

/** States of items that are not completed. */
export const openStates = ['waiting', 'overdue', 'failed'] as const;
export const OpenState = z.enum(openStates);
export type OpenState = z.infer<typeof OpenState>;
/** States of open items that somebody must look at. */
export const breachedStates = ['overdue', 'failed'] as const;
export type BreachedState = (typeof breachedStates)[number];

export const itemStates = [...openStates, 'completed'] as const;
export const ItemState = z.enum(itemStates).check(
  z.meta({
    description:
      'waiting until its deadline; then overdue; failed when the caller said so; completed while its receipt is kept.',
  }),
);
export type ItemState = z.infer<typeof ItemState>;

export const StepReached = z.strictObject({ step: StepName, at: Instant });
export type StepReached = z.infer<typeof StepReached>;

export const FailureInput = z.strictObject({
  reason: lines(1, limits.reasonCharacters),
  type: z.optional(printable(1, limits.failureTypeCharacters)),
});
export const Failure = z.strictObject({ ...FailureInput.shape, at: Instant });

/** `data` is any JSON. It is never walked or copied: core/json-text.ts takes its text as it came. */
const Data = z.unknown().check(
  z.meta({
    description: 'Any JSON of up to 200 KB: what is needed to resume the work.',
    examples: [{ bucket: 'in', key: 'a.tiff' }],
  }),
);

export const RegisterRequest = z.strictObject({
  item: ItemGuard,
  timeout: z.optional(Timeout),
  deadline: z.optional(InstantInput),
  startBy: z.optional(StartBy),
  warnAfter: z.optional(Timeout).check(
    z.meta({
      description:
        'Warn when the item is not completed so long after its deadline was set. Counts anew when the deadline moves.',
    }),
  ),
  data: z.optional(Data),
  step: z.optional(StepName),
  tags: z.optional(Tags),
  run: z.optional(RunToken),
  restart: z.optional(
    z.boolean().check(z.meta({ description: 'Start a new attempt even if the item is still waiting.' })),
  ),
});
export type RegisterRequest = z.infer<typeof RegisterRequest>;

export const ProgressRequest = z
  .strictObject({
    item: ItemGuard,
    timeout: z.optional(Timeout),
    deadline: z.optional(InstantInput),
    step: z.optional(StepName),
    tags: z.optional(Tags),
    data: z.optional(Data),
    failed: z.optional(FailureInput),
  })
  .check(
    z.refine(({ item, ...request }) => Object.keys(request).length > 0, {
      error: 'must have at least one of timeout, deadline, step, tags, data, failed; received none',
    }),
    z.meta({ minProperties: 1 }),
  );
export type ProgressRequest = z.infer<typeof ProgressRequest>;

/** How an item ended. */
const completionShape = {
  outcome: z.enum(['on-time', 'late', 'early']).check(
    z.meta({
      description:
        'late: past its deadline, or already reported overdue or failed. early: this run was not registered yet; its registration will find it completed.',
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
  deadline: Instant.check(z.meta({ description: 'Waiting past this, the item is overdue.' })),
  registeredAt: Instant.check(z.meta({ description: 'When its first attempt started.' })),
  startedAt: Instant.check(z.meta({ description: 'When this attempt started.' })),
  step: z.optional(StepName),
  steps: z.array(StepReached).check(
    z.maxLength(limits.steps),
    z.meta({
      description: 'The steps reached in this attempt, oldest first; past 50 the oldest are dropped.',
    }),
  ),
  tags: Tags,
  run: z.optional(RunToken),
  overdueAt: z.optional(Instant).check(z.meta({ description: 'When it was found overdue.' })),
  caughtBy: z
    .optional(z.enum(['timer', 'sweep']))
    .check(
      z.meta({ description: 'What found it overdue: its own timer, or the sweep that looks for lost ones.' }),
    ),
  failure: z.optional(Failure),
  startBy: z.optional(Instant).check(z.meta({ description: 'Without a step by then, the item is overdue.' })),
  neverStarted: z
    .optional(z.literal(true))
    .check(
      z.meta({ description: 'It is overdue as no step was reported by startBy: it is safe to send again.' }),
    ),
  warnedAt: z.optional(Instant).check(z.meta({ description: 'When a warning was given last.' })),
  redrive: z.optional(z.string()).check(z.meta({ description: 'The redrive that started this attempt.' })),
  incident: z.optional(z.string()).check(z.meta({ description: 'The incident that tells of its end.' })),
  completion: z
    .optional(Completion)
    .check(z.meta({ description: 'Of a completed item, whose data, steps and tags are erased.' })),
};

/** An item as lists and writes answer it: all but its data. */
export const ItemSummary = z.strictObject(itemShape);
export type ItemSummary = z.infer<typeof ItemSummary>;

/** An item with its data, as GET answers it. */
export const Item = z.strictObject({ ...itemShape, data: z.optional(Data) });

/** Members of a registration that say how the item is to be watched, or what it carries. */
export const ignorableMembers = [
  'timeout',
  'deadline',
  'startBy',
  'warnAfter',
  'data',
  'step',
  'tags',
] as const;
export type IgnorableMember = (typeof ignorableMembers)[number];

export const RegisterReply = z.strictObject({
  outcome: z.enum(['created', 'unchanged', 'restarted', 'completed']).check(
    z.meta({
      description:
        'unchanged: the item was waiting already and its watch is as it was. completed: this run is over, so nothing is watched.',
    }),
  ),
  ignored: z.optional(z.array(z.enum(ignorableMembers))).check(
    z.meta({
      description:
        'With unchanged and completed: the members of the request that say something else than the item has. They had no effect.',
    }),
  ),
  ...itemShape,
});
export type RegisterReply = z.infer<typeof RegisterReply>;
