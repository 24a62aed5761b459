import * as z from 'zod/mini';
import { limits } from './limits.ts';
import { lines, WorkflowName } from './names.ts';
import { NoPath, NoQuery, type OperationContract } from './operation.ts';
import { Cursor, Limit } from './paging.ts';
import { Instant } from './time.ts';
import { IncidentId, RedriveId } from './time-ordered-id.ts';

const Tally = z.int().check(z.minimum(0));

export const IncidentKind = z.enum(['overdue', 'not-started', 'warning', 'stuck', 'shortfall']).check(
  z.meta({
    description:
      'overdue: overdue or failed items. not-started: items that reported no step by their startBy. warning: items that are late but not yet overdue. stuck: items whose worker reports and whose progress stays the same. shortfall: fewer registrations than the workflow expects.',
  }),
);
export type IncidentKind = z.infer<typeof IncidentKind>;

/** The last counts of items, by the kind of their trouble. */
export const IncidentCounts = z.strictObject({
  overdue: Tally,
  failed: Tally,
  notStarted: z
    .optional(Tally)
    .check(z.meta({ description: 'Items without a step by their startBy. Only of the kind not-started.' })),
  warned: z.optional(Tally).check(z.meta({ description: 'Warnings sent. Only of the kind warning.' })),
  stuck: z
    .optional(Tally)
    .check(z.meta({ description: 'Items that are stuck now. Only of the kind stuck.' })),
  unreadable: z.optional(Tally).check(
    z.meta({
      description: 'Records past their deadline that cannot be read, so their items cannot be watched.',
    }),
  ),
});
export type IncidentCounts = z.infer<typeof IncidentCounts>;

/** What became of items of the incident: each item counts once, by its last outcome. */
export const IncidentOutcomes = z.strictObject({
  completedLate: Tally.check(z.meta({ description: 'Completed while overdue or failed.' })),
  restarted: Tally.check(z.meta({ description: 'Registered again.' })),
  redriven: Tally.check(z.meta({ description: 'Completed after a redrive had resumed them.' })),
  discarded: Tally,
  recovered: z.optional(Tally).check(
    z.meta({
      description: 'Completed before their deadline, after they failed or were not started in time.',
    }),
  ),
  begunLate: z
    .optional(Tally)
    .check(z.meta({ description: 'Started after startBy, and waiting for their deadline again.' })),
});
export type IncidentOutcomes = z.infer<typeof IncidentOutcomes>;

export const Outage = z.strictObject({ from: Instant, to: Instant });
export type Outage = z.infer<typeof Outage>;

/** Fewer registrations than the workflow expects in the time from `from` to `to`. */
export const Shortfall = z.strictObject({
  atLeast: z.int(),
  registered: z.int(),
  from: Instant,
  to: Instant,
  awayMs: z.optional(z.int()).check(
    z.meta({
      description:
        'Milliseconds in which the warden itself was unavailable: they do not count, so the time begins earlier by as much.',
    }),
  ),
});
export type Shortfall = z.infer<typeof Shortfall>;

/** Who did something. */
export const personShape = {
  by: z.string().check(
    z.meta({
      description: 'Who did it: the id of a token, an IAM ARN, or `open` for a caller without a token.',
    }),
  ),
  byName: z.optional(z.string()).check(z.meta({ description: 'The name of the token.' })),
};

export const Acknowledgement = z.strictObject({ at: Instant, ...personShape, note: z.optional(z.string()) });
export type Acknowledgement = z.infer<typeof Acknowledgement>;

/** Items that were resumed and are being worked on. */
export const Recovering = z.strictObject({
  items: Tally,
  until: z
    .optional(Instant)
    .check(z.meta({ description: 'When the last of them is checked next: at its deadline, or before.' })),
});
export type Recovering = z.infer<typeof Recovering>;

/** Identifies a notification that was sent, without its contents. */
export const SentNotification = z.strictObject({ id: z.string(), event: z.string() });
export type SentNotification = z.infer<typeof SentNotification>;

export const TimelineEntry = z.strictObject({
  at: Instant,
  event: z.enum([
    'opened',
    'notified',
    'acknowledged',
    'acknowledgement-ended',
    'silenced',
    'silence-ended',
    'outage',
    'redrive',
    'redrive-paused',
    'redrive-continued',
    'redrive-aborted',
    'redrive-ended',
    'discard',
    'discard-paused',
    'discard-continued',
    'discard-aborted',
    'discard-ended',
    'resolved',
  ]),
  notification: z
    .optional(SentNotification)
    .check(z.meta({ description: 'The notification that was sent. Only of the event notified.' })),
  counts: z.optional(IncidentCounts),
  outcomes: z.optional(IncidentOutcomes),
  by: z.optional(personShape.by),
  byName: personShape.byName,
  note: z.optional(z.string()),
  until: z.optional(Instant),
  redrive: z.optional(RedriveId).check(
    z.meta({
      description: 'The redrive or discard. Read its result by its id.',
    }),
  ),
  items: z.optional(z.int()).check(z.meta({ description: 'How many items it concerns.' })),
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;

const summaryShape = {
  id: IncidentId,
  workflow: WorkflowName,
  kind: IncidentKind,
  state: z.enum(['open', 'recovering', 'resolved']).check(
    z.meta({
      description:
        'recovering: nothing is overdue or failed any more, and items that were resumed are still being worked on. The incident is resolved when they are completed.',
    }),
  ),
  openedAt: Instant,
  resolvedAt: z.optional(Instant),
  counts: z.optional(IncidentCounts).check(
    z.meta({
      description:
        'In the reply for one open incident: the counts now. In lists: the counts of the last notification, absent until people are notified or a silence holds the notification back.',
    }),
  ),
  outcomes: IncidentOutcomes.check(
    z.meta({
      description:
        'In the reply for one incident: the outcomes so far. In lists: the outcomes at the last notification.',
    }),
  ),
  recovering: z.optional(Recovering),
  shortfall: z.optional(Shortfall),
  outage: z.optional(Outage).check(z.meta({ description: 'When the warden itself was unavailable.' })),
  acknowledged: z.optional(Acknowledgement).check(
    z.meta({
      description: 'Present until further items become overdue or failed. No reminders are sent meanwhile.',
    }),
  ),
  notifications: Tally.check(z.meta({ description: 'How many notifications were sent.' })),
  notifiedAt: z.optional(Instant),
};

/** An incident in lists, without its timeline. */
export const IncidentSummary = z.strictObject(summaryShape);
export type IncidentSummary = z.infer<typeof IncidentSummary>;

export const Incident = z.strictObject({
  ...summaryShape,
  timeline: z
    .array(TimelineEntry)
    .check(z.meta({ description: 'Oldest first. Of more than 100 entries the middle ones are dropped.' })),
});
export type Incident = z.infer<typeof Incident>;

export const IncidentsQuery = z.strictObject({
  state: z.optional(
    z
      .enum(['open', 'resolved'])
      .check(z.meta({ description: 'Only incidents in this state. All by default, open incidents first.' })),
  ),
  workflow: z.optional(WorkflowName),
  limit: z.optional(Limit),
  cursor: z.optional(Cursor),
});
export type IncidentsQuery = z.infer<typeof IncidentsQuery>;
export const IncidentsReply = z.strictObject({
  incidents: z.array(IncidentSummary).check(z.maxLength(limits.pageItems)),
  cursor: z.optional(Cursor).check(
    z.meta({
      description:
        'Present if there may be more incidents. A page can have fewer than `limit`, even none: continue while there is a cursor.',
    }),
  ),
});
export type IncidentsReply = z.infer<typeof IncidentsReply>;

export const AcknowledgeRequest = z.strictObject({
  acknowledged: z.literal(true),
  note: z.optional(lines(1, limits.noteCharacters)),
});
export type AcknowledgeRequest = z.infer<typeof AcknowledgeRequest>;

export const listIncidentsContract = {
  operation: 'list-incidents',
  scope: 'read',
  path: NoPath,
  query: IncidentsQuery,
  replies: { 200: IncidentsReply },
  problems: ['invalid-cursor'],
} satisfies OperationContract;

const IncidentPath = z.strictObject({ incident: IncidentId });

export const readIncidentContract = {
  operation: 'read-incident',
  scope: 'read',
  path: IncidentPath,
  query: NoQuery,
  replies: { 200: Incident },
  problems: ['incident-not-found'],
} satisfies OperationContract;

export const acknowledgeIncidentContract = {
  operation: 'acknowledge-incident',
  scope: 'operate',
  audited: true,
  path: IncidentPath,
  query: NoQuery,
  body: AcknowledgeRequest,
  replies: { 200: Incident },
  problems: ['incident-not-found', 'incident-resolved'],
} satisfies OperationContract;
