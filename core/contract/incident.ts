import * as z from 'zod/mini';
import { Cursor, Limit } from './item-list.ts';
import { limits } from './limits.ts';
import { lines, printable, received, WorkflowName } from './names.ts';
import { anchored, timeOrderedIdPattern, whole } from './patterns.ts';
import { RedriveId } from './redrive.ts';
import { Instant, InstantInput } from './time.ts';

const Tally = z.int().check(z.minimum(0));

export const IncidentKind = z.enum(['overdue', 'warning', 'not-started']).check(
  z.meta({
    description:
      'overdue: items that are overdue or failed; warning: items that are late but not yet overdue; not-started: fewer registrations than the workflow expects.',
  }),
);
export type IncidentKind = z.infer<typeof IncidentKind>;

const incidentId = whole(timeOrderedIdPattern);

export const IncidentId = z.string().check(
  z.refine((id) => incidentId.test(id), {
    error: (issue) => `must be an incident's id, 20 of 0–9 a–z; received ${received(issue.input)}`,
  }),
  z.meta({
    description: "An incident's id.",
    pattern: anchored(timeOrderedIdPattern),
    examples: ['0mk3v1x8ch2f6p9d4t7q'],
  }),
);

/** How many items were counted last, by what is wrong with them. */
export const IncidentCounts = z.strictObject({
  overdue: Tally,
  failed: Tally,
  warned: z.optional(Tally).check(z.meta({ description: 'Warnings given. Only of kind warning.' })),
  unreadable: z
    .optional(Tally)
    .check(
      z.meta({ description: 'Records past their deadline that cannot be read: nobody can watch them.' }),
    ),
});
export type IncidentCounts = z.infer<typeof IncidentCounts>;

/** What became of items that were in the incident. */
export const IncidentOutcomes = z.strictObject({
  completedLate: Tally,
  restarted: Tally.check(z.meta({ description: 'Registered again.' })),
  redriven: Tally,
  discarded: Tally,
});
export type IncidentOutcomes = z.infer<typeof IncidentOutcomes>;

export const Outage = z.strictObject({ from: Instant, to: Instant });
export type Outage = z.infer<typeof Outage>;

/** Fewer registrations in a window than the workflow expects. */
export const Shortfall = z.strictObject({
  atLeast: z.int(),
  registered: z.int(),
  from: Instant,
  to: Instant,
});
export type Shortfall = z.infer<typeof Shortfall>;

export const Acknowledgement = z.strictObject({
  at: Instant,
  by: z.string().check(z.meta({ description: 'The id of the token, or who else it was.' })),
  note: z.optional(z.string()),
});
export type Acknowledgement = z.infer<typeof Acknowledgement>;

export const TimelineEntry = z.strictObject({
  at: Instant,
  event: z.enum([
    'opened',
    'notified',
    'acknowledged',
    'silenced',
    'outage',
    'redrive',
    'discard',
    'resolved',
  ]),
  notification: z
    .optional(z.strictObject({ id: z.string(), event: z.string() }))
    .check(z.meta({ description: 'Of a notified entry.' })),
  counts: z.optional(IncidentCounts),
  outcomes: z.optional(IncidentOutcomes),
  by: z.optional(z.string()),
  note: z.optional(z.string()),
  until: z.optional(Instant),
  redrive: z.optional(RedriveId).check(
    z.meta({
      description: 'Of a redrive or discard that began: what became of it is to be had by its id.',
    }),
  ),
  items: z.optional(z.int()).check(z.meta({ description: 'How many it is about.' })),
});
export type TimelineEntry = z.infer<typeof TimelineEntry>;

const summaryShape = {
  id: IncidentId,
  workflow: WorkflowName,
  kind: IncidentKind,
  state: z.enum(['open', 'resolved']),
  openedAt: Instant,
  resolvedAt: z.optional(Instant),
  counts: z.optional(IncidentCounts).check(
    z.meta({
      description: 'As the timeline says last; not given until people are told, or a silence begins.',
    }),
  ),
  outcomes: IncidentOutcomes.check(z.meta({ description: 'As they were told last.' })),
  shortfall: z.optional(Shortfall),
  outage: z.optional(Outage).check(z.meta({ description: 'When the warden itself was unavailable.' })),
  acknowledged: z
    .optional(Acknowledgement)
    .check(z.meta({ description: 'Given until the incident changes for the worse: no reminders are sent.' })),
  notifications: Tally.check(z.meta({ description: 'How many were sent.' })),
  notifiedAt: z.optional(Instant),
};

/** An incident as lists give it: all but its timeline. */
export const IncidentSummary = z.strictObject(summaryShape);
export type IncidentSummary = z.infer<typeof IncidentSummary>;

export const Incident = z.strictObject({
  ...summaryShape,
  timeline: z
    .array(TimelineEntry)
    .check(z.meta({ description: 'Oldest first; past 100 entries those in the middle are dropped.' })),
});
export type Incident = z.infer<typeof Incident>;

export const IncidentPath = z.strictObject({ incident: IncidentId });
export const IncidentsQuery = z.strictObject({
  state: z.optional(
    z
      .enum(['open', 'resolved'])
      .check(z.meta({ description: 'Only those; otherwise all, open ones first.' })),
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
        'Given while there may be more. A page can hold fewer than asked for, even none: go on while there is a cursor.',
    }),
  ),
});
export type IncidentsReply = z.infer<typeof IncidentsReply>;

export const AcknowledgeRequest = z.strictObject({
  acknowledged: z.literal(true),
  note: z.optional(lines(1, limits.noteCharacters)),
});
export type AcknowledgeRequest = z.infer<typeof AcknowledgeRequest>;

export const SilenceRequest = z.strictObject({
  until: InstantInput.check(
    z.meta({
      description: 'When it ends: ISO 8601 with `Z` or an offset, after now and at most 30 days ahead.',
    }),
  ),
  reason: printable(1, limits.reasonCharacters),
});
export type SilenceRequest = z.infer<typeof SilenceRequest>;

export const Silence = z
  .strictObject({
    from: Instant.check(z.meta({ description: 'Since when nothing is sent.' })),
    until: Instant.check(z.meta({ description: 'When it ends.' })),
    reason: z.string(),
    by: z.string().check(z.meta({ description: 'The id of the token that set it, or who else did.' })),
  })
  .check(z.meta({ description: 'While it lasts, nobody is told of the incidents of the workflow.' }));
export type Silence = z.infer<typeof Silence>;
