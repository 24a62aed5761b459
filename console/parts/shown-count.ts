import type { IncidentSummary } from '../../core/contract/incident.ts';
import type { WorkflowCounts } from '../../core/contract/workflow.ts';

/** A count, and when it was made, in ms since 1970. */
export interface ShownCount {
  count: number;
  at: number;
}

/** When people were last told of the incident; until then, when it was opened. In ms since 1970. */
export function changeOf({ notifiedAt, openedAt }: Pick<IncidentSummary, 'notifiedAt' | 'openedAt'>): number {
  return Date.parse(notifiedAt ?? openedAt);
}

/**
 * The newest count of a workflow that the page knows: its own, or of lost items also that of the open incident. An own count
 * from before the incident is not shown beside it: it may be 0.
 */
export function shownCount(
  state: 'waiting' | 'overdue' | 'failed',
  measured: { counts: WorkflowCounts; at: number } | undefined,
  incidents: readonly Pick<IncidentSummary, 'kind' | 'counts' | 'notifiedAt' | 'openedAt'>[],
): ShownCount | undefined {
  const own = measured && { count: measured.counts[state], at: measured.at };
  const incident = state === 'waiting' ? undefined : incidents.find(({ kind }) => kind === 'overdue');
  if (state === 'waiting' || incident === undefined) return own;
  const at = changeOf(incident);
  if (own !== undefined && own.at >= at) return own;
  return incident.counts && { count: incident.counts[state], at };
}
