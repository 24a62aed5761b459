import * as z from 'zod/mini';
import {
  type Incident,
  IncidentCounts,
  type IncidentOutcomes,
  type IncidentSummary,
  type Recovering,
  TimelineEntry,
} from '../../contract/incident.ts';
import { isAcknowledged } from './acknowledgement.ts';
import type { IncidentRecord } from './incident-record.ts';
import { noOutcomes } from './notification.ts';

/** What is so now. */
export interface IncidentNow {
  counts: IncidentCounts;
  outcomes: IncidentOutcomes;
  recovering?: Recovering | undefined;
}

/** An incident in lists, for callers. Without `now`, as it was at the last notification. */
export function incidentSummary(record: IncidentRecord, now?: IncidentNow): IncidentSummary {
  const { id, workflow, incidentKind, openedAt, resolvedAt, acknowledged, shortfall, outage } = record;
  const counts = now?.counts ?? countsKnown(record);
  const recovering = now ? now.recovering : lastRecovering(record);
  const isRecovering = recovering !== undefined && counts !== undefined && isOnlyRecovering(counts);
  return {
    id,
    workflow,
    kind: incidentKind,
    state: isResolved(record) ? 'resolved' : isRecovering ? 'recovering' : 'open',
    openedAt,
    ...(resolvedAt !== undefined && { resolvedAt }),
    ...(counts && { counts }),
    outcomes: now?.outcomes ?? record.endOutcomes ?? record.outcomes ?? noOutcomes,
    ...(recovering && { recovering }),
    ...(shortfall && { shortfall }),
    ...(outage && { outage }),
    ...(acknowledged &&
      isAcknowledged(record, counts ?? noCounts) && {
        acknowledged: {
          at: acknowledged.at,
          by: acknowledged.by,
          ...(acknowledged.byName !== undefined && { byName: acknowledged.byName }),
          ...(acknowledged.note !== undefined && { note: acknowledged.note }),
        },
      }),
    notifications: record.notified,
    ...(record.notifiedAt !== undefined && { notifiedAt: record.notifiedAt }),
  };
}

/** A single incident with its timeline, for callers. */
export function incidentView(record: IncidentRecord, now?: IncidentNow): Incident {
  return { ...incidentSummary(record, now), timeline: record.timeline.flatMap(knownEntry) };
}

function lastRecovering({ recovering, resolvedAt }: IncidentRecord): Recovering | undefined {
  return resolvedAt === undefined && recovering?.items ? recovering : undefined;
}

function isOnlyRecovering({ overdue, failed, notStarted = 0, unreadable = 0 }: IncidentCounts): boolean {
  return overdue + failed + notStarted + unreadable === 0;
}

export const noCounts: IncidentCounts = { overdue: 0, failed: 0 };

/** The counts that readers of the incident know: the last counts in its timeline. */
export function countsKnown({ timeline }: IncidentRecord): IncidentCounts | undefined {
  return z.safeParse(
    CountsInEntry,
    timeline.findLast(({ counts }) => counts !== undefined),
  ).data?.counts;
}

export function isResolved({ resolvedAt }: IncidentRecord): boolean {
  return resolvedAt !== undefined;
}

// Not the strict schemas of the contract, because another version may have written more (docs/adr/0010).
const CountsInEntry = z.object({ counts: z.object(IncidentCounts.shape) });
const KnownEntry = z.object({
  ...TimelineEntry.shape,
  counts: z.optional(z.object(IncidentCounts.shape)),
});

/** The entry in the form of the contract; none for a kind of entry that this version does not know. */
function knownEntry(entry: IncidentRecord['timeline'][number]): TimelineEntry[] {
  const { data } = z.safeParse(KnownEntry, entry);
  return data ? [data] : [];
}
