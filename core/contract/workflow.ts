import * as z from 'zod/mini';
import { Expectation } from './expectation.ts';
import { limits } from './limits.ts';
import { lines, printable, received, Tags, WorkflowName } from './names.ts';
import { NoPath, NoQuery, type OperationContract, WorkflowPath } from './operation.ts';
import { Cursor, PageQuery } from './paging.ts';
import { Silence } from './silence.ts';
import { Instant, Timeout } from './time.ts';

/** When people are notified of an incident again. */
export const NotificationSettings = z.strictObject({
  spacing: z.optional(Timeout).check(
    z.meta({
      description:
        'The time from one update to the next, which doubles up to an hour. One minute by default.',
    }),
  ),
  reminder: z
    .optional(Timeout)
    .check(z.meta({ description: 'The time to a reminder when nothing changes. Four hours by default.' })),
  quiet: z
    .optional(
      z
        .strictObject({
          items: z.optional(z.int().check(z.minimum(2), z.maximum(limits.quietItems))),
          for: z.optional(Timeout),
        })
        .check(
          z.refine(({ items, for: time }) => items !== undefined && time !== undefined, {
            error:
              'must have both items and for, so that people are notified of a single item as well as of many',
          }),
        ),
    )
    .check(
      z.meta({
        description:
          'Send no notification until there are this many items or this time has passed, whichever is first.',
      }),
    ),
});
export type NotificationSettings = z.infer<typeof NotificationSettings>;

/** Automatic redrives. */
export const RedriveSettings = z.strictObject({
  automatic: z
    .strictObject({
      max: z.int().check(z.minimum(1), z.maximum(limits.automaticRedrives)),
      after: Timeout.check(z.meta({ description: 'How long an item must have been overdue or failed.' })),
    })
    .check(
      z.meta({
        description:
          'Resume overdue and failed items automatically, each at most `max` times. Only with `idempotent`.',
      }),
    ),
});

/** How many partitions of the index a workflow can have for each state of its items. */
export const queueShards = [8, 16, 32, 64] as const;

export const Retention = Timeout.check(
  z.meta({
    description:
      'How long the receipt of a completed item is kept: 7 days by default, at most 400 days, 0 for no receipts.',
    examples: ['P7D', 0],
  }),
);

const WebAddress = printable(1, limits.runbookCharacters).check(
  z.refine((text) => ['http:', 'https:'].includes(URL.parse(text)?.protocol ?? ''), {
    error: ({ input }) => `must be an http or https URL; received ${received(input)}`,
  }),
);

export const WorkflowSettings = z
  .strictObject({
    timeout: z.optional(Timeout),
    warnAfter: z.optional(Timeout).check(
      z.meta({
        description: 'Warn of items that are not completed this long after their deadline was set.',
      }),
    ),
    shadowTimeout: z.optional(Timeout).check(
      z.meta({
        description:
          'A timeout on trial: statistics count the attempts that would have gone overdue under it (`shadowLate`), and nobody is notified.',
      }),
    ),
    receipts: z.optional(Retention),
    shards: z.optional(z.literal(queueShards)).check(
      z.meta({
        description:
          'Partitions of the index for each state, 8 by default. Each takes about 500 registrations and completions a second. The number can only grow.',
      }),
    ),
    description: z
      .optional(lines(0, limits.descriptionCharacters))
      .check(z.meta({ description: 'What the workflow does. In every notification.' })),
    tags: z.optional(Tags),
    severity: z
      .optional(printable(1, limits.severityCharacters))
      .check(z.meta({ description: 'Passed on with every notification.', examples: ['critical'] })),
    owner: z.optional(printable(1, limits.ownerCharacters)).check(
      z.meta({
        description: 'Who to ask, for example a team or an address. In every notification.',
        examples: ['payments@example.com'],
      }),
    ),
    runbook: z.optional(WebAddress).check(
      z.meta({
        description: 'The http or https URL of what to do when something is lost. In every notification.',
        examples: ['https://wiki.example.com/payments'],
      }),
    ),
    notifications: z.optional(NotificationSettings),
    expect: z.optional(Expectation),
    idempotent: z
      .optional(z.boolean())
      .check(z.meta({ description: 'Doing the work of an item twice does no harm.' })),
    redrive: z.optional(RedriveSettings),
  })
  .check(
    z.refine(({ idempotent, redrive }) => redrive === undefined || idempotent === true, {
      path: ['idempotent'],
      error:
        'must be true when redrive.automatic is set, because an automatic redrive can do the work of an item twice',
    }),
  );
export type WorkflowSettings = z.infer<typeof WorkflowSettings>;

type Changeable = {
  [Name in keyof typeof WorkflowSettings.shape]: z.ZodMiniOptional<
    z.ZodMiniNullable<(typeof WorkflowSettings.shape)[Name]>
  >;
};

/** Settings to change, as callers send them: null removes a setting. Members of objects that are not sent are kept, too. */
export const WorkflowChange = z.strictObject(
  Object.fromEntries(
    Object.entries(WorkflowSettings.shape).map(([name, setting]) => [name, z.optional(z.nullable(setting))]),
  ) as Changeable,
);

/** The result of the change is parsed, not the change: it can be a part of a setting. */
const ChangeBody = z.strictObject(
  Object.fromEntries(Object.keys(WorkflowSettings.shape).map((name) => [name, z.optional(z.unknown())])),
);

const Count = z.int().check(z.minimum(0), z.maximum(limits.countedItems));

/** How many items a workflow has in each state. */
export const WorkflowCounts = z.strictObject({
  waiting: Count,
  overdue: Count,
  failed: Count,
  notStarted: z.optional(Count).check(
    z.meta({
      description:
        'Items that reported no step by their startBy. Present if there are any; they do not count as overdue.',
    }),
  ),
  capped: z.optional(z.literal(true)).check(
    z.meta({
      description: `Counting stops at ${limits.countedItems}. Present if a count is ${limits.countedItems} and there may be more items.`,
    }),
  ),
});
export type WorkflowCounts = z.infer<typeof WorkflowCounts>;

/** A timeout that fits how long attempts have taken. */
export const SuggestedTimeout = z.strictObject({
  timeout: z
    .string()
    .check(
      z.meta({ description: 'One and a half times what 99.9 % of the attempts took, at least a minute.' }),
    ),
  completed: z
    .int()
    .check(z.minimum(0), z.meta({ description: 'The number of completed attempts that it rests on.' })),
  days: z.int().check(z.meta({ description: 'The past days in which they were completed.' })),
  p999Ms: z.int().check(z.meta({ description: '99.9 % of them took at most this many milliseconds.' })),
  lateShare: z
    .number()
    .check(z.meta({ description: 'The share of them that would have been late under this timeout.' })),
});
export type SuggestedTimeout = z.infer<typeof SuggestedTimeout>;

export const Workflow = z.strictObject({
  workflow: WorkflowName,
  ...WorkflowSettings.shape,
  firstSeenAt: Instant,
  silence: z.optional(Silence),
  counts: WorkflowCounts,
  suggestedTimeout: z
    .optional(SuggestedTimeout)
    .check(z.meta({ description: 'Of one workflow, not in lists; after at least 100 completed attempts.' })),
  nextCheckAt: z.optional(Instant).check(
    z.meta({
      description:
        'When the next waiting item is checked: at its deadline, or earlier if the deadline was extended.',
    }),
  ),
  oldestBreached: z
    .optional(Instant)
    .check(z.meta({ description: 'When the oldest overdue or failed item was registered.' })),
});
export type Workflow = z.infer<typeof Workflow>;

/** A workflow in lists. */
export const ListedWorkflow = z.strictObject({
  ...Workflow.shape,
  counts: z
    .optional(WorkflowCounts)
    .check(z.meta({ description: 'Absent with `counts=none`, as are nextCheckAt and oldestBreached.' })),
});
export type ListedWorkflow = z.infer<typeof ListedWorkflow>;

export const WorkflowsReply = z.strictObject({
  workflows: z.array(ListedWorkflow),
  cursor: z.optional(Cursor),
});
export type WorkflowsReply = z.infer<typeof WorkflowsReply>;

export const WorkflowsQuery = z.strictObject({
  ...PageQuery.shape,
  counts: z.optional(
    z.enum(['all', 'none']).check(
      z.meta({
        description:
          'none: no items are counted, so that the list costs little however many items there are. all by default.',
      }),
    ),
  ),
});
export type WorkflowsQuery = z.infer<typeof WorkflowsQuery>;

export const listWorkflowsContract = {
  operation: 'list-workflows',
  scope: 'read',
  path: NoPath,
  query: WorkflowsQuery,
  replies: { 200: WorkflowsReply },
  problems: ['invalid-cursor'],
} satisfies OperationContract;

export const readWorkflowContract = {
  operation: 'read-workflow',
  scope: 'read',
  path: WorkflowPath,
  query: NoQuery,
  replies: { 200: Workflow },
  problems: ['workflow-not-found'],
} satisfies OperationContract;

export const saveWorkflowContract = {
  operation: 'save-workflow',
  scope: 'operate',
  audited: true,
  path: WorkflowPath,
  query: NoQuery,
  body: WorkflowSettings,
  replies: { 200: Workflow, 201: Workflow },
  problems: ['deadline-out-of-range', 'duration-out-of-range', 'shards-too-few'],
} satisfies OperationContract;

export const changeWorkflowContract = {
  operation: 'change-workflow',
  scope: 'operate',
  audited: true,
  path: WorkflowPath,
  query: NoQuery,
  body: ChangeBody,
  documentedBody: WorkflowChange,
  replies: { 200: Workflow },
  problems: ['workflow-not-found', 'deadline-out-of-range', 'duration-out-of-range', 'shards-too-few'],
} satisfies OperationContract;

export const removeWorkflowContract = {
  operation: 'remove-workflow',
  scope: 'operate',
  audited: true,
  path: WorkflowPath,
  query: NoQuery,
  replies: { 204: null },
  problems: ['workflow-not-found', 'workflow-not-empty'],
} satisfies OperationContract;
