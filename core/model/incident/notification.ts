import { itemsText } from '../../contract/counts-text.ts';
import type { IncidentCounts, IncidentOutcomes, Recovering } from '../../contract/incident.ts';
import { mostSubjectCharacters, type Notification } from '../../contract/notification.ts';
import { kindTexts } from '../../contract/notification-kinds.ts';
import { instant } from '../../contract/time.ts';
import type { WorkflowSettings } from '../../contract/workflow-settings.ts';
import { newlyLapsed } from './acknowledgement.ts';
import type { IncidentRecord } from './incident-record.ts';
import type { ItemSummaries } from './item-summary.ts';
import { type IncidentFindings, incidentKinds } from './kinds.ts';

export interface NotificationFacts {
  event: Notification['event'];
  counts: IncidentCounts;
  outcomes: IncidentOutcomes;
  summaries: ItemSummaries;
  /** From the settings of the workflow. */
  severity?: string | undefined;
  description?: string | undefined;
  owner?: string | undefined;
  runbook?: string | undefined;
  silenceEnded?: boolean;
  isAcknowledged?: boolean;
  /** Resumed items that are being worked on. */
  resumed?: IncidentFindings['resumed'];
  /** How many items were breached since the acknowledgement that has ended. */
  sinceAcknowledged?: number;
}

export const noOutcomes: IncidentOutcomes = { completedLate: 0, restarted: 0, redriven: 0, discarded: 0 };
export const noSummaries: ItemSummaries = { items: [], steps: [], reasons: [], commonTags: [] };

/**
 * The id of the next notification of an incident: its number among the incident's notifications, so a repeated
 * notification has the same id (P3). The resolve has an id of its own: it must not be taken for a repeat of an
 * earlier notification that SNS accepted and nobody could record.
 */
export function notificationId(
  { id, notified }: Pick<IncidentRecord, 'id' | 'notified'>,
  event: Notification['event'],
): string {
  return `${id}.${event === 'resolved' ? event : notified + 1}`;
}

/**
 * The number of the next notification in the order of the incident's notifications. The resolve leaves out one: SNS may
 * have accepted a notification with that number that nobody could record.
 */
export function sequenceOf(
  { notified }: Pick<IncidentRecord, 'notified'>,
  event: Notification['event'],
): number {
  return notified + (event === 'resolved' ? 2 : 1);
}

/** The next notification of an incident. */
export function notificationOf(
  incident: IncidentRecord,
  facts: NotificationFacts,
  now: number,
): Notification {
  const { event, counts, outcomes, summaries, severity, silenceEnded, isAcknowledged, resumed } = facts;
  const { description, owner, runbook } = facts;
  const { id, workflow, incidentKind, openedAt, outage, shortfall, resolvedAt } = incident;
  const { isWrong } = incidentKinds[incidentKind];
  const { level } = kindTexts[incidentKind];
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
    ...(counts.notStarted !== undefined && {
      notStarted: counts.notStarted - (before.counts?.notStarted ?? 0),
    }),
    ...(counts.stuck !== undefined && { stuck: counts.stuck - (before.counts?.stuck ?? 0) }),
    ...(outcomes.recovered !== undefined && {
      recovered: outcomes.recovered - (before.outcomes.recovered ?? 0),
    }),
    ...(outcomes.begunLate !== undefined && {
      begunLate: outcomes.begunLate - (before.outcomes.begunLate ?? 0),
    }),
  };
  // People are notified of an outage once.
  const news = outage && outage.to !== incident.outageTold;
  return {
    id: notificationId(incident, event),
    sequence: sequenceOf(incident, event),
    event,
    level: event === 'resolved' || !isWrong(counts) ? 'info' : level,
    kind: incidentKind,
    incident: id,
    workflow,
    ...(severity !== undefined && { severity }),
    ...(description && { description: oneLine(description) }),
    ...(owner !== undefined && { owner }),
    ...(runbook !== undefined && { runbook }),
    subject: subjectOf(incident, { event, counts, changes }, news === true),
    at: instant(now),
    openedAt,
    counts,
    changes,
    outcomes,
    ...summaries,
    ...(isAcknowledged && incident.acknowledged && { acknowledged: personOf(incident.acknowledged) }),
    ...(lapsed && {
      acknowledgementEnded: { ...personOf(lapsed), since: facts.sinceAcknowledged ?? 0 },
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

export function recoveringOf({ count, until }: NonNullable<IncidentFindings['resumed']>): Recovering {
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
        ? `${itemsText(counts.overdue + counts.failed + (counts.notStarted ?? 0))} unconfirmed after an outage`
        : kindTexts[incidentKind].summary(facts);
  const room = mostSubjectCharacters - '[] '.length - text.length;
  return `[${workflow.length <= room ? workflow : `${workflow.slice(0, room - 3)}...`}] ${text}`;
}

/** The settings of a workflow that notifications show. */
export function aboutOf(
  settings: WorkflowSettings | undefined,
): Pick<NotificationFacts, 'severity' | 'description' | 'owner' | 'runbook'> {
  const { severity, description, owner, runbook } = settings ?? {};
  return { severity, description, owner, runbook };
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
