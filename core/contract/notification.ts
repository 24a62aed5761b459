import * as z from 'zod/mini';
import {
  Acknowledgement,
  IncidentCounts,
  IncidentKind,
  IncidentOutcomes,
  Outage,
  personShape,
  Recovering,
  Shortfall,
} from './incident.ts';
import { ItemSummary, OpenState, StepReached } from './item.ts';
import { limits } from './limits.ts';
import { Attempt, ItemId, StepName, WorkflowName } from './names.ts';
import { Instant } from './time.ts';
import { IncidentId } from './time-ordered-id.ts';

/** The grace period after an outage of the warden, in milliseconds, for completions that could not reach it (ADR 14). */
export const outageGraceMs = 120_000;

/** How many items a notification names. All are counted. */
export const mostNotifiedItems = 20;

/** AWS documents subjects of SNS as less than 100 characters. */
export const mostSubjectCharacters = 99;

/** An item in a notification: ids, times and steps, never its data (P9). */
export const NotifiedItem = z.strictObject({
  item: ItemId,
  attempt: Attempt,
  state: OpenState,
  deadline: Instant,
  startedAt: Instant,
  overdueByMs: z
    .optional(z.int())
    .check(z.meta({ description: 'Milliseconds past the deadline at the time of the notification.' })),
  step: z.optional(StepName),
  stepAt: z.optional(StepReached.shape.at),
  lostAfter: ItemSummary.shape.lostAfter,
  caughtBy: z.optional(z.enum(['timer', 'sweep'])),
  neverStarted: z.optional(z.literal(true)),
  progress: ItemSummary.shape.progress,
  progressedAt: ItemSummary.shape.progressedAt,
});
export type NotifiedItem = z.infer<typeof NotifiedItem>;

const Change = z.int();

/** A notification of an incident, for people and their tools. */
export const Notification = z.strictObject({
  id: z
    .string()
    .check(z.meta({ description: 'A repeated delivery has the same id, even if the counts have changed.' })),
  sequence: z.int().check(
    z.meta({
      description:
        'Grows with each notification of the incident. Deliveries can change places: ignore a notification with a lower number than an earlier one had.',
    }),
  ),
  event: z.enum(['opened', 'updated', 'reminder', 'resolved']),
  level: z
    .enum(['alert', 'warning', 'info'])
    .check(z.meta({ description: 'info: nothing is wrong any more.' })),
  kind: IncidentKind,
  incident: IncidentId,
  workflow: WorkflowName,
  severity: z.optional(z.string()),
  description: z.optional(z.string()).check(z.meta({ description: 'From the settings of the workflow.' })),
  owner: z.optional(z.string()),
  runbook: z.optional(z.string()),
  url: z
    .optional(z.string())
    .check(z.meta({ description: 'The incident. Present if the deployment knows where people reach it.' })),
  itemsUrl: z.optional(z.string()).check(
    z.meta({
      description:
        'The list of its items, in the console. Present with `url`. Absent once the incident is resolved, and for a shortfall, which has no items.',
    }),
  ),
  subject: z.string().check(z.maxLength(mostSubjectCharacters), z.regex(/^[\x20-\x7e]*$/)),
  at: Instant,
  openedAt: Instant,
  counts: IncidentCounts,
  changes: z
    .strictObject({
      overdue: Change,
      failed: Change,
      warned: z.optional(Change),
      completedLate: Change,
      restarted: Change,
      redriven: Change,
      discarded: Change,
      recovered: z.optional(Change),
      begunLate: z.optional(Change),
      notStarted: z.optional(Change),
      stuck: z.optional(Change),
    })
    .check(z.meta({ description: 'Changes since the last notification.' })),
  outcomes: IncidentOutcomes.check(z.meta({ description: 'Outcomes since the incident was opened.' })),
  steps: z
    .array(z.strictObject({ step: z.optional(StepName), count: z.int() }))
    .check(z.meta({ description: 'The last steps that items reached, most frequent first.' })),
  reasons: z
    .array(z.strictObject({ reason: z.string(), type: z.optional(z.string()), count: z.int() }))
    .check(z.meta({ description: 'Why items failed, most frequent first.' })),
  commonTags: z.array(z.strictObject({ tag: z.string(), count: z.int() })).check(
    z.meta({
      description: 'Tags (`key:value`) that more than half of the items have, most frequent first.',
    }),
  ),
  exhausted: z.optional(z.int()).check(
    z.meta({
      description: 'Items that failed their last automatic redrive. Only a person can resume them.',
    }),
  ),
  sampled: z
    .optional(z.int())
    .check(z.meta({ description: 'How many items `steps`, `reasons` and `commonTags` cover, if not all.' })),
  items: z
    .array(NotifiedItem)
    .check(z.maxLength(mostNotifiedItems), z.meta({ description: 'The oldest items.' })),
  acknowledged: z.optional(Acknowledgement),
  acknowledgementEnded: z
    .optional(
      z.strictObject({
        at: Instant,
        ...personShape,
        since: z.int().check(z.meta({ description: 'Items breached since.' })),
      }),
    )
    .check(z.meta({ description: 'The acknowledgement that ended because further items were breached.' })),
  recovering: z.optional(Recovering),
  resolvedAt: z
    .optional(Instant)
    .check(
      z.meta({ description: 'When the incident was resolved. A silence can hold this notification back.' }),
    ),
  silenceEnded: z.optional(z.literal(true)),
  outage: z.optional(Outage),
  shortfall: z.optional(Shortfall),
});
export type Notification = z.infer<typeof Notification>;

/** How many reasons and steps a notification lists. */
export const mostListed = 10;
export const mostCommonTags = 5;
export const mostReasonCharacters = Math.min(200, limits.reasonCharacters);
