import * as z from 'zod/mini';
import { limits } from './limits.ts';
import { mergePatchOf } from './merge-patch.ts';
import { WorkflowName } from './names.ts';
import { NoPath, NoQuery, type OperationContract, WorkflowPath } from './operation.ts';
import { Cursor, PageQuery } from './paging.ts';
import { Silence } from './silence.ts';
import { Instant } from './time.ts';
import { WorkflowSettings } from './workflow-settings.ts';

/** Settings to change, as callers send them: null removes a setting. Members of objects that are not sent are kept, too. */
export const WorkflowChange = mergePatchOf(WorkflowSettings);

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
    .check(
      z.minimum(0),
      z.meta({ description: 'The number of completed attempts from which it was computed.' }),
    ),
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
