import { countsText, itemsText } from '../../contract/counts-text.ts';
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

/** What the subject of a notification is made of, besides its workflow. */
export interface SubjectFacts extends Pick<Notification, 'event' | 'counts' | 'changes'> {
  /** It tells of an outage of the warden itself. */
  isAfterOutage: boolean;
}

/** What incidents of one kind have of their own. */
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
  /** What is wrong, for the subject of a notification before the end. */
  subject(facts: SubjectFacts): string;
}

export const incidentKinds: Record<IncidentKind, KindRules> = {
  overdue: {
    level: 'alert',
    isEndNotified: true,
    areItemsListed: true,
    counts: (_, items) => items,
    isOver: ({ counts: { overdue, failed, unreadable = 0 } }, quietForMs) =>
      overdue + failed + unreadable === 0 && quietForMs >= quietBeforeEndMs,
    subject: countsSubject,
  },
  warning: {
    level: 'warning',
    isEndNotified: false,
    areItemsListed: false,
    counts: ({ warned = 0 }) => ({ overdue: 0, failed: 0, warned }),
    isOver: (_, quietForMs) => quietForMs >= warningsOverMs,
    subject: countsSubject,
  },
  'not-started': {
    level: 'alert',
    isEndNotified: true,
    areItemsListed: false,
    counts: () => ({ overdue: 0, failed: 0 }),
    isOver: ({ over }) => over === true,
    subject: ({ event }) => `${event === 'opened' ? '' : 'still '}fewer registrations than expected`,
  },
};

function countsSubject({ event, counts, changes, isAfterOutage }: SubjectFacts): string {
  if (isAfterOutage && event === 'opened') {
    return `${itemsText(counts.overdue + counts.failed)} unconfirmed after an outage`;
  }
  return `${event === 'reminder' ? 'still ' : ''}${countsText(counts, event, changes)}`;
}
