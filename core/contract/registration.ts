import * as z from 'zod/mini';
import { Data, writtenShape } from './item.ts';
import { ItemGuard, ItemPath, PlainItemPath } from './item-path.ts';
import { RunToken, StepName, Tags } from './names.ts';
import { NoQuery, type OperationContract } from './operation.ts';
import { Age, InstantInput, StartBy, Timeout } from './time.ts';

export const RegisterRequest = z.strictObject({
  item: ItemGuard,
  timeout: z.optional(Timeout),
  deadline: z.optional(InstantInput),
  age: z.optional(Age),
  startBy: z.optional(StartBy),
  warnAfter: z.optional(Timeout).check(
    z.meta({
      description:
        'Warn if the item is not completed this long after its deadline was set. A new deadline starts the time again.',
    }),
  ),
  stuckAfter: z.optional(Timeout).check(
    z.meta({
      description:
        'Warn if `progress` stays the same for longer than this, counted from the first report of the value. Without a report of `progress` nothing is warned of.',
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

/** Members of a registration that can be ignored: how the item is watched, and what it contains. */
export const ignorableMembers = [
  'timeout',
  'deadline',
  'startBy',
  'warnAfter',
  'stuckAfter',
  'data',
  'step',
  'tags',
] as const;
export type IgnorableMember = (typeof ignorableMembers)[number];

export const RegisterReply = z.strictObject({
  outcome: z.enum(['created', 'unchanged', 'restarted', 'completed']).check(
    z.meta({
      description:
        'created: a new item or a new life of a completed item. unchanged: the item was already waiting, or it is overdue or failed in the same `run`; its watch is as before. restarted: the next attempt of an item that was not completed. completed: this run is over, so nothing is watched.',
    }),
  ),
  ignored: z.optional(z.array(z.enum(ignorableMembers))).check(
    z.meta({
      description:
        'With unchanged and completed: the members of the request that differ from the item. They had no effect.',
    }),
  ),
  hint: z.optional(z.string()).check(
    z.meta({
      description:
        'What may be wrong with the request although it is valid, such as a timeout in milliseconds.',
    }),
  ),
  ...writtenShape,
});
export type RegisterReply = z.infer<typeof RegisterReply>;

export const registerContract = {
  operation: 'register',
  scope: 'ingest',
  path: ItemPath,
  pathForm: PlainItemPath,
  query: NoQuery,
  body: RegisterRequest,
  replies: { 200: RegisterReply, 201: RegisterReply },
  problems: [
    'too-many-workflows',
    'data-too-large',
    'other-run-waiting',
    'deadline-missing',
    'deadline-ambiguous',
    'start-by-ambiguous',
    'deadline-out-of-range',
    'duration-out-of-range',
  ],
} satisfies OperationContract;
