import { itemsText } from '../../contract/counts-text.ts';
import type { IncidentCounts, IncidentOutcomes, Recovering } from '../../contract/incident.ts';
import type { Notification } from '../../contract/notification.ts';
import { kindTexts } from '../../contract/notification-kinds.ts';
import { instant } from '../../contract/time.ts';
import { newlyLapsed } from './acknowledgement.ts';
import type { IncidentRecord } from './incident-record.ts';
import type { ItemSummaries } from './item-summary.ts';
import { type IncidentLook, incidentKinds } from './kinds.ts';

export interface NotificationFacts {
  event: Notification['event'];
  counts: IncidentCounts;
  outcomes: IncidentOutcomes;
  summaries: ItemSummaries;
  severity?: string | undefined;
  silenceEnded?: boolean;
  isAcknowledged?: boolean;
  /** Resumed items that are being worked on. */
  resumed?: IncidentLook['resumed'];
  /** How many items were breached since the acknowledgement that has ended. */
  sinceAcknowledged?: number;
}

const mostSubjectCharacters = 100;

export const noOutcomes: IncidentOutcomes = { completedLate: 0, restarted: 0, redriven: 0, discarded: 0 };
export const noSummaries: ItemSummaries = { items: [], steps: [], reasons: [], neverStarted: 0 };

/**
 * The next notification of an incident. Its id is its number among the incident's notifications, so a repeated
 * notification has the same id (P3). The resolve has an id of its own: it must not be taken for a repeat of an
 * earlier notification that SNS accepted and nobody could record.
 */
export function notificationOf(incident: IncidentRecord, told: NotificationFacts, now: number): Notification {
  const { event, counts, outcomes, summaries, severity, silenceEnded, isAcknowledged, resumed } = told;
  const { id, workflow, incidentKind, openedAt, outage, shortfall, resolvedAt } = incident;
  const { level, isWrong } = incidentKinds[incidentKind];
  const lapsed = newlyLapsed(incident);
  const before = { counts: incident.counts, outcomes: incident.outcomes ?? noOutcomes };
  const warned = counts.warned;
  const changes = {
    overdue: counts.overdue - (before.counts?.overdue ?? 0),
    failed: counts.failed - (before.counts?.failed ?? 0),
    ...(warned !== undefined && { warned: warned - (before.counts?.warned ?? 0) }),
    completedLate: outcomes.completedLate - before.outcomes.completedLate,
    restarted: outcomes.restarted - before.outcomes.restarted,
    redriven: outcomes.redriven - before.outcomes.redriven,
    discarded: outcomes.discarded - before.outcomes.discarded,
  };
  // People are notified of an outage once.
  const news = outage && outage.to !== incident.outageTold;
  return {
    id: `${id}.${event === 'resolved' ? event : incident.notified + 1}`,
    // The number of a notification that SNS accepted and nobody could record is left to that notification.
    sequence: incident.notified + (event === 'resolved' ? 2 : 1),
    event,
    level: event === 'resolved' || !isWrong(counts) ? 'info' : level,
    kind: incidentKind,
    incident: id,
    workflow,
    ...(severity !== undefined && { severity }),
    subject: subjectOf(incident, { event, counts, changes }, news === true),
    at: instant(now),
    openedAt,
    counts,
    changes,
    outcomes,
    ...summaries,
    ...(isAcknowledged && incident.acknowledged && { acknowledged: personOf(incident.acknowledged) }),
    ...(lapsed && {
      acknowledgementEnded: { ...personOf(lapsed), since: told.sinceAcknowledged ?? 0 },
    }),
    ...(resumed && resumed.count > 0 && { recovering: recoveringOf(resumed) }),
    ...(silenceEnded && { silenceEnded }),
    ...(outage && news && { outage: { from: outage.from, to: outage.to } }),
    ...(shortfall && { shortfall }),
    ...(resolvedAt !== undefined && { resolvedAt }),
  };
}

function personOf({ at, by, byName }: Pick<NonNullable<IncidentRecord['lapsed']>, 'at' | 'by' | 'byName'>) {
  return { at, by, ...(byName !== undefined && { byName }) };
}

export function recoveringOf({ count, until }: NonNullable<IncidentLook['resumed']>): Recovering {
  return { items: count, ...(until !== undefined && { until }) };
}

/** One line of ASCII, as SNS requires for a subject. A long workflow's name is shortened, the rest is not. */
function subjectOf(
  { workflow, incidentKind }: IncidentRecord,
  facts: Pick<Notification, 'event' | 'counts' | 'changes'>,
  isAfterOutage: boolean,
): string {
  const { event, counts } = facts;
  const text =
    event === 'resolved'
      ? 'resolved'
      : isAfterOutage && event === 'opened'
        ? `${itemsText(counts.overdue + counts.failed)} unconfirmed after an outage`
        : kindTexts[incidentKind].summary(facts);
  const room = mostSubjectCharacters - '[] '.length - text.length;
  return `[${workflow.length <= room ? workflow : `${workflow.slice(0, room - 3)}...`}] ${text}`;
}
