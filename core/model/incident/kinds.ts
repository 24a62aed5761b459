import type { IncidentCounts, IncidentKind, IncidentOutcomes } from '../../contract/incident.ts';
import type { Notification } from '../../contract/notification.ts';
import { quietBeforeEndMs, warningsOverMs } from '../../names/clockwork.ts';
import type { IncidentRecord } from './incident-record.ts';

/** The state around an open incident, as it is now. */
export interface IncidentLook {
  /** The counts of the incident (`KindRules.counts`). */
  counts: IncidentCounts;
  /** The outcomes of items so far, if they were read. */
  outcomes?: IncidentOutcomes;
  /** Resumed items that are being worked on, if they were counted, and the last next check of one of them. */
  resumed?: { count: number; until?: string };
  /** The trouble is over, for kinds of incidents that are not counted by their items. */
  over?: boolean;
}

/** The rules for incidents of one kind. The texts of their notifications are in core/contract/notification-kinds.ts. */
interface KindRules {
  /** The level of its notifications, except for the resolve. */
  level: Notification['level'];
  /** Whether updates and reminders list the workflow's overdue and failed items. */
  areItemsListed: boolean;
  /** The counts of the incident, from the workflow's counts of overdue and failed items. */
  counts(incident: Pick<IncidentRecord, 'warned'>, items: IncidentCounts): IncidentCounts;
  /** Whether anything is wrong now. If not, the incident waits for its end. */
  isWrong(counts: IncidentCounts): boolean;
  /** Whether the trouble is over, this many milliseconds after the last report. */
  isOver(look: IncidentLook, quietForMs: number): boolean;
}

export const incidentKinds: Record<IncidentKind, KindRules> = {
  overdue: {
    level: 'alert',
    areItemsListed: true,
    counts: (_, items) => items,
    isWrong: areItemsLeft,
    isOver: ({ counts, resumed }, quietForMs) =>
      !areItemsLeft(counts) && (resumed?.count ?? 0) === 0 && quietForMs >= quietBeforeEndMs,
  },
  warning: {
    level: 'warning',
    areItemsListed: false,
    counts: ({ warned = 0 }) => ({ overdue: 0, failed: 0, warned }),
    isWrong: () => true,
    isOver: (_, quietForMs) => quietForMs >= warningsOverMs,
  },
  'not-started': {
    level: 'alert',
    areItemsListed: false,
    counts: () => ({ overdue: 0, failed: 0 }),
    isWrong: () => true,
    isOver: ({ over }) => over === true,
  },
};

function areItemsLeft({ overdue, failed, unreadable = 0 }: IncidentCounts): boolean {
  return overdue + failed + unreadable > 0;
}
