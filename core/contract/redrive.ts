import * as z from 'zod/mini';
import { StepReached } from './item.ts';
import { EndedFilter } from './item-filter.ts';
import { Cursor } from './item-list.ts';
import { limits } from './limits.ts';
import { Attempt, ItemId, RunToken, received, StepName, Tags, WorkflowName } from './names.ts';
import { anchored, timeOrderedIdPattern, whole } from './patterns.ts';
import { Instant, Timeout } from './time.ts';

const redriveId = whole(timeOrderedIdPattern);

export const RedriveId = z.string().check(
  z.refine((id) => redriveId.test(id), {
    error: (issue) => `must be a redrive's id, 20 of 0–9 a–z; received ${received(issue.input)}`,
  }),
  z.meta({
    description: 'The id of a redrive or discard.',
    pattern: anchored(timeOrderedIdPattern),
    examples: ['0mk3v1x8ch2f6p9d4t7q'],
  }),
);

const Rate = z.int().check(
  z.minimum(1),
  z.maximum(limits.redriveRate),
  z.meta({
    description: 'Items a second, so that what has just recovered is not overloaded.',
    default: limits.defaultRedriveRate,
  }),
);

const MostItems = z.int().check(
  z.minimum(1),
  z.maximum(limits.redriveLimit),
  z.meta({
    description: [
      'Only so many items: the first that match, in order of registration.',
      'One of them that is skipped or fails is not made up for by another.',
    ].join(' '),
    examples: [10],
  }),
);

export const RedriveRequest = z.strictObject({
  ...EndedFilter.shape,
  limit: z.optional(MostItems),
  rate: z.optional(Rate),
  timeout: z
    .optional(Timeout)
    .check(
      z.meta({ description: "Until the new deadline. As long as the item's last attempt had, by default." }),
    ),
  dryRun: z.optional(z.boolean()).check(z.meta({ description: 'Say what it would do, and do nothing.' })),
});
export type RedriveRequest = z.infer<typeof RedriveRequest>;

/** A discard is made ready by a dry run, and done when the dry run's token is given back. */
export const DiscardRequest = z
  .strictObject({
    ...EndedFilter.shape,
    limit: z.optional(MostItems),
    dryRun: z
      .optional(z.literal(true))
      .check(z.meta({ description: 'Say what it would remove, and give a token. With filters.' })),
    token: z
      .optional(RedriveId)
      .check(z.meta({ description: 'Of the dry run that is to be carried out. Without anything else.' })),
  })
  .check(
    z.refine(
      (request) => (request.token === undefined ? request.dryRun : Object.keys(request).length === 1),
      {
        path: ['token'],
        error: "must be a dry run's and the only member; or give dryRun: true and filters instead",
      },
    ),
  );
export type DiscardRequest = z.infer<typeof DiscardRequest>;

const Count = z.int().check(z.minimum(0));

export const DryRun = z.strictObject({
  count: Count,
  more: z
    .optional(z.literal(true))
    .check(z.meta({ description: 'There may be more than could be counted in 15 seconds.' })),
  items: z
    .array(
      z.strictObject({ item: ItemId, attempt: Attempt, registeredAt: Instant, step: z.optional(StepName) }),
    )
    .check(z.meta({ description: 'The first 20, in order of registration.' })),
  oldest: z.optional(Instant).check(z.meta({ description: 'When the first was registered.' })),
  bytes: Count.check(z.meta({ description: 'Of the data of all, as it is stored.' })),
  subscriptions: z
    .optional(Count)
    .check(z.meta({ description: 'Of a redrive: to its topic. With none no upstream would get the items.' })),
  takesMs: z.optional(Count).check(z.meta({ description: 'Milliseconds that it takes at this rate.' })),
  token: z.optional(RedriveId).check(z.meta({ description: 'Of a discard: give it back to do it.' })),
});
export type DryRun = z.infer<typeof DryRun>;

export const RedriveState = z.enum(['running', 'paused', 'done', 'aborted']);
export const Redrive = z.strictObject({
  id: RedriveId,
  workflow: WorkflowName,
  action: z.enum(['redrive', 'discard']),
  state: RedriveState,
  by: z.string().check(z.meta({ description: 'Who asked for it.' })),
  filter: EndedFilter,
  limit: z.optional(MostItems),
  rate: Rate,
  timeout: z.optional(Timeout),
  startedAt: Instant,
  endedAt: z.optional(Instant),
  matched: z.optional(Count).check(z.meta({ description: 'Absent until they are counted.' })),
  resumed: Count.check(z.meta({ description: 'Items resumed; of a discard, items removed.' })),
  skipped: Count.check(
    z.meta({ description: 'Items that were completed, restarted or resumed by another since they matched.' }),
  ),
  failed: Count,
  remaining: z.optional(Count),
  more: z
    .optional(z.literal(true))
    .check(z.meta({ description: 'There may be more than matched says: counting them took too long.' })),
  estimatedEnd: z.optional(Instant),
  errors: z
    .array(z.strictObject({ item: ItemId, error: z.string() }))
    .check(z.meta({ description: `Of the first ${limits.redriveErrors} that failed.` })),
  lastError: z
    .optional(z.strictObject({ at: Instant, error: z.string() }))
    .check(z.meta({ description: 'Why it could not go on; it tries again every minute.' })),
});
export type Redrive = z.infer<typeof Redrive>;

export const RedrivesReply = z.strictObject({ redrives: z.array(Redrive), cursor: z.optional(Cursor) });
export type RedrivesReply = z.infer<typeof RedrivesReply>;

export const RedriveChange = z
  .strictObject({
    action: z.optional(z.enum(['pause', 'continue', 'abort'])),
    rate: z
      .optional(z.int().check(z.minimum(1), z.maximum(limits.redriveRate)))
      .check(z.meta({ description: 'Items a second, from the next page on.' })),
  })
  .check(
    z.refine(({ action, rate }) => action !== undefined || rate !== undefined, {
      error: `must have an action (pause, continue or abort), a rate from 1 to ${limits.redriveRate}, or both; received neither`,
    }),
    z.meta({ minProperties: 1 }),
  );
export type RedriveChange = z.infer<typeof RedriveChange>;

/** What upstreams get of each item that is resumed. */
export const RedriveMessage = z.strictObject({
  id: z
    .string()
    .check(z.meta({ description: 'Of this item in this redrive: a repeated delivery has the same id.' })),
  redrive: RedriveId,
  workflow: WorkflowName,
  item: ItemId,
  attempt: Attempt,
  deadline: Instant,
  steps: z.array(StepReached).check(z.meta({ description: 'What the last attempt had reached.' })),
  tags: Tags,
  run: z.optional(RunToken),
  data: z.optional(z.unknown()),
});
export type RedriveMessage = z.infer<typeof RedriveMessage>;
