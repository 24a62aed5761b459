import * as z from 'zod/mini';
import {
  type Incident,
  IncidentCounts,
  type IncidentSummary,
  TimelineEntry,
} from '../../contract/incident.ts';
import type { IncidentRecord } from './incident-record.ts';
import { noOutcomes } from './notification.ts';
import { isAcknowledged } from './pacing.ts';

/** An incident in lists, for callers. */
export function incidentSummary(record: IncidentRecord): IncidentSummary {
  const { id, workflow, incidentKind, openedAt, resolvedAt, acknowledged, shortfall, outage } = record;
  const counts = countsKnown(record);
  return {
    id,
    workflow,
    kind: incidentKind,
    state: isResolved(record) ? 'resolved' : 'open',
    openedAt,
    ...(resolvedAt !== undefined && { resolvedAt }),
    ...(counts && { counts }),
    outcomes: record.endOutcomes ?? record.outcomes ?? noOutcomes,
    ...(shortfall && { shortfall }),
    ...(outage && { outage }),
    ...(acknowledged &&
      isAcknowledged(record, counts ?? noCounts) && {
        acknowledged: {
          at: acknowledged.at,
          by: acknowledged.by,
          ...(acknowledged.note !== undefined && { note: acknowledged.note }),
        },
      }),
    notifications: record.notified,
    ...(record.notifiedAt !== undefined && { notifiedAt: record.notifiedAt }),
  };
}

/** A single incident with its timeline, for callers. */
export function incidentView(record: IncidentRecord): Incident {
  return { ...incidentSummary(record), timeline: record.timeline.flatMap(knownEntry) };
}

export const noCounts: IncidentCounts = { overdue: 0, failed: 0 };

/** The counts that readers of the incident know: the last ones in its timeline. */
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
