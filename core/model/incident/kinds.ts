import type { IncidentCounts, IncidentKind, IncidentOutcomes } from '../../contract/incident.ts';
import type { Notification } from '../../contract/notification.ts';
import { quietBeforeEndMs, warningsOverMs } from '../../names/clockwork.ts';
import type { IncidentRecord } from './incident-record.ts';

/** An open incident's surroundings, as they are now. */
export interface IncidentLook {
  /** Of the incident (`KindRules.counts`). */
  counts: IncidentCounts;
  /** What became of items so far, if that was looked up. */
  outcomes?: IncidentOutcomes;
  /** Nothing is wrong any more, for those kinds of incidents that are not counted by their items. */
  over?: boolean;
}

/** The rules for incidents of one kind. What their notifications say is in core/contract/notification-kinds.ts. */
interface KindRules {
  /** The level of its notifications, but for the one of its end. */
  level: Notification['level'];
  /** Whether people are notified of its end, if they were of its beginning. */
  isEndNotified: boolean;
  /** Whether updates and reminders list the workflow's overdue and failed items. */
  areItemsListed: boolean;
  /** What is counted of the incident, given how many of the workflow's items are overdue and failed. */
  counts(incident: Pick<IncidentRecord, 'warned'>, items: IncidentCounts): IncidentCounts;
  /** Whether nothing is wrong any more, so many milliseconds after the last report. */
  isOver(look: IncidentLook, quietForMs: number): boolean;
}

export const incidentKinds: Record<IncidentKind, KindRules> = {
  overdue: {
    level: 'alert',
    isEndNotified: true,
    areItemsListed: true,
    counts: (_, items) => items,
    isOver: ({ counts: { overdue, failed, unreadable = 0 } }, quietForMs) =>
      overdue + failed + unreadable === 0 && quietForMs >= quietBeforeEndMs,
  },
  warning: {
    level: 'warning',
    isEndNotified: false,
    areItemsListed: false,
    counts: ({ warned = 0 }) => ({ overdue: 0, failed: 0, warned }),
    isOver: (_, quietForMs) => quietForMs >= warningsOverMs,
  },
  'not-started': {
    level: 'alert',
    isEndNotified: true,
    areItemsListed: false,
    counts: () => ({ overdue: 0, failed: 0 }),
    isOver: ({ over }) => over === true,
  },
};
