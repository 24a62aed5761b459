import * as z from 'zod/mini';
import { IncidentKind, type SentNotification, type TimelineEntry } from '../../contract/incident.ts';
import { instant } from '../../contract/time.ts';
import { registryKinds } from '../../names/registry-kinds.ts';
import { timeOrderedId } from '../time-ordered-id.ts';

const Text = z.string();
const Counted = z.object({
  overdue: z.int(),
  failed: z.int(),
  notStarted: z.optional(z.int()),
  warned: z.optional(z.int()),
  stuck: z.optional(z.int()),
  unreadable: z.optional(z.int()),
});
const Outcomes = z.object({
  completedLate: z.int(),
  restarted: z.int(),
  redriven: z.int(),
  discarded: z.int(),
  recovered: z.optional(z.int()),
  begunLate: z.optional(z.int()),
});

const Acknowledger = { at: Text, by: Text, byName: z.optional(Text) };

/**
 * An incident in the registry table. While open it is stored under its workflow, so there is at most one; while
 * ending and afterwards, under its id (docs/adr/0012). `kind` and `name` are the keys of the table.
 */
export const IncidentRecord = z.object({
  kind: Text,
  name: Text,
  id: Text,
  workflow: Text,
  incidentKind: IncidentKind,
  /** Grows with every change, so that an incident never ends by a decision on an older snapshot. */
  revision: z.int(),
  openedAt: Text,
  /** When the last report was made. */
  reportedAt: Text,
  /** When the latest of the reported items was breached. */
  markedAt: z.optional(Text),
  /** The same, of items that were not in an incident before: they were neither resumed nor registered again. */
  newestAt: z.optional(Text),
  /** When the index may last have missed items on their way from breached to resumed. Absent if none were resumed. */
  resumedAt: z.optional(Text),
  /** How many notifications SNS has accepted, and when it accepted the last one. */
  notified: z.int(),
  notifiedAt: z.optional(Text),
  /** Until then one function is about to send the next notification; others leave it to that function. */
  claimedUntil: z.optional(Text),
  /** The counts and outcomes of the last notification, or of the notification that a silence held back. */
  counts: z.optional(Counted),
  outcomes: z.optional(Outcomes),
  /** How many updates were sent, which decides the spacing of the next one. */
  updates: z.int(),
  /** Resumed items that were being worked on at the last notification. */
  recovering: z.optional(z.object({ items: z.int(), until: z.optional(Text) })),
  /** A silence has held a notification back. */
  heldBack: z.optional(z.boolean()),
  /** Warnings sent. Warnings are counted when they are sent. */
  warned: z.optional(z.int()),
  /** Who works on the incident, with the counts of that time. */
  acknowledged: z.optional(
    z.object({
      ...Acknowledger,
      note: z.optional(Text),
      overdue: z.int(),
      failed: z.int(),
      notStarted: z.optional(z.int()),
    }),
  ),
  /** The last acknowledgement that ended because more items were breached, and when the sweep noticed. */
  lapsed: z.optional(z.object({ ...Acknowledger, notStarted: z.optional(z.int()), endedAt: Text })),
  outage: z.optional(z.object({ from: Text, to: Text })),
  /** The end of the outage that people were last notified of. */
  outageTold: z.optional(Text),
  shortfall: z.optional(
    z.object({
      atLeast: z.int(),
      registered: z.int(),
      from: Text,
      to: Text,
      awayMs: z.optional(z.int()),
    }),
  ),
  resolvedAt: z.optional(Text),
  /**
   * How many incidents ended shortly before this one was opened, each shortly before the next. Absent while it is
   * open.
   */
  round: z.optional(z.int()),
  /** The last counts, and the outcomes of all items. Absent while it is open. */
  endCounts: z.optional(Counted),
  endOutcomes: z.optional(Outcomes),
  timeline: z.array(z.looseObject({ at: Text, event: Text })),
});
export type IncidentRecord = z.infer<typeof IncidentRecord>;

/** The end of a workflow's last incident of a kind: the next incident may be the same trouble again. */
export const LastEnd = z.object({ resolvedAt: Text, round: z.int() });
export type LastEnd = z.infer<typeof LastEnd>;

/** The facts that a report adds to its incident. */
export type Report = Pick<IncidentRecord, 'outage' | 'shortfall' | 'warned' | 'markedAt' | 'newestAt'>;

/** Entries of a timeline. Of more entries the middle ones are dropped: the beginning and the latest stay. */
const mostEntries = 100;
const firstEntries = 20;

export function isFull(timeline: IncidentRecord['timeline']): boolean {
  return timeline.length >= mostEntries;
}

export function withEntry(
  timeline: IncidentRecord['timeline'],
  entry: TimelineEntry,
): IncidentRecord['timeline'] {
  if (!isFull(timeline)) return [...timeline, entry];
  const last = mostEntries - firstEntries - 1;
  return [...timeline.slice(0, firstEntries), ...timeline.slice(-last), entry];
}

/** A notification in the timeline: sent alone, or in a digest. */
export function sentAs(alone: SentNotification, digest: string | undefined): SentNotification {
  return digest === undefined ? alone : { id: digest, event: 'digest' };
}

/** The name of the open incident of a workflow, one for each kind. No workflow's name has a `#`. */
export function slotOf(workflow: string, incidentKind: IncidentKind): string {
  return `${workflow}#${incidentKind}`;
}

export function newIncident(
  workflow: string,
  incidentKind: IncidentKind,
  now: number,
  report: Report = {},
): IncidentRecord {
  const at = instant(now);
  return {
    kind: registryKinds.openIncident,
    name: slotOf(workflow, incidentKind),
    id: timeOrderedId(now),
    workflow,
    incidentKind,
    revision: 1,
    openedAt: at,
    reportedAt: at,
    notified: 0,
    updates: 0,
    ...report,
    timeline: [{ at, event: 'opened' }],
  };
}
