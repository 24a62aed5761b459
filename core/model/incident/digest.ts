import { createHash } from 'node:crypto';
import type { Digest, DigestedIncident } from '../../contract/digest.ts';
import { digestHeadline } from '../../contract/digest-text.ts';
import { kindTexts } from '../../contract/notification-kinds.ts';
import { instant } from '../../contract/time.ts';
import type { IncidentRecord } from './incident-record.ts';
import { type NotificationFacts, notificationId, sequenceOf } from './notification.ts';

/** A notification as a part of a digest: which incident it is about, without facts that need further reads. */
export interface Digested {
  incident: IncidentRecord;
  facts: Pick<NotificationFacts, 'event' | 'counts' | 'outcomes' | 'severity'>;
}

/** The digest of these notifications. Its id follows from theirs, so a repeat of the same digest has the same id (P3). */
export function digestOf(digested: readonly Digested[], now: number): Digest {
  const incidents = digested.map(entryOf).toSorted(byWeight);
  const open = incidents.filter(({ event }) => event !== 'resolved');
  const ids = incidents.map(({ notification }) => notification).toSorted();
  const facts = {
    workflows: new Set(open.map(({ workflow }) => workflow)).size,
    resolved: incidents.length - open.length,
  };
  return {
    id: `digest.${createHash('sha256').update(ids.join('\n')).digest('hex').slice(0, 32)}`,
    event: 'digest',
    level: levelOf(open),
    subject: digestHeadline(facts),
    at: instant(now),
    ...facts,
    incidents,
  };
}

function entryOf({ incident, facts: { event, counts, severity } }: Digested): DigestedIncident {
  return {
    notification: notificationId(incident, event),
    sequence: sequenceOf(incident, event),
    event,
    incident: incident.id,
    workflow: incident.workflow,
    kind: incident.incidentKind,
    ...(severity !== undefined && { severity }),
    openedAt: incident.openedAt,
    counts,
    ...(incident.shortfall && { shortfall: incident.shortfall }),
  };
}

function levelOf(open: readonly DigestedIncident[]): Digest['level'] {
  const levels = open.map(({ kind }) => kindTexts[kind].level);
  return (['alert', 'warning'] as const).find((level) => levels.includes(level)) ?? 'info';
}

function byWeight(one: DigestedIncident, other: DigestedIncident): number {
  const isOver = ({ event }: DigestedIncident) => Number(event === 'resolved');
  const items = ({ counts }: DigestedIncident) => {
    const { overdue, failed, notStarted = 0, warned = 0, stuck = 0, unreadable = 0 } = counts;
    return overdue + failed + notStarted + warned + stuck + unreadable;
  };
  return isOver(one) - isOver(other) || items(other) - items(one) || (one.openedAt < other.openedAt ? -1 : 1);
}
