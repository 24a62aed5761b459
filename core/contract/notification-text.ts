import { itemsText } from './counts-text.ts';
import { durationText } from './duration-text.ts';
import type { Acknowledgement } from './incident.ts';
import type { Notification } from './notification.ts';
import { itemLines } from './notification-items.ts';
import { kindTexts } from './notification-kinds.ts';
import { pathOf } from './path-of.ts';
import { timeText } from './time-text.ts';

/** The text of a notification, for an e-mail or a terminal: first what is wrong, then where, then what to do. */
export function notificationText(notification: Notification): string {
  const texts = kindTexts[notification.kind];
  const isResolved = notification.event === 'resolved';
  const paragraphs = [
    [headline(notification)],
    isResolved ? [texts.resolved(notification)] : texts.lines(notification),
    isResolved ? [] : itemLines(notification),
    [...(isResolved ? [] : texts.whatToDo(notification)), ...whichIncident(notification)],
  ];
  return paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function headline(notification: Notification): string {
  const { workflow, event, kind, outage, severity, silenceEnded, counts, at, openedAt } = notification;
  const start = `Workflow ${workflow}${severity === undefined ? '' : ` (${severity})`}:`;
  const end = silenceEnded ? ', at the end of a silence.' : '.';
  if (event === 'resolved') {
    const tookMs = Date.parse(notification.resolvedAt ?? at) - Date.parse(openedAt);
    return `${start} resolved after ${durationText(tookMs)}${end}`;
  }
  if (outage && event === 'opened') {
    const away = `the warden was unavailable from ${timeText(outage.from)} to ${timeText(outage.to)}`;
    return `${start} ${away}; ${itemsText(counts.overdue + counts.failed)} unconfirmed${end}`;
  }
  return `${start} ${kindTexts[kind].summary(notification)}${end}`;
}

/** "Ada (N1NSsrpDMugM)" */
function personText({ by, byName }: Pick<Acknowledgement, 'by' | 'byName'>): string {
  if (byName !== undefined) return `${byName} (${by})`;
  return by === 'open' ? 'somebody without a token' : by;
}

function whichIncident({
  acknowledged,
  acknowledgementEnded,
  event,
  incident,
  openedAt,
  id,
}: Notification): string[] {
  const since = event === 'opened' ? '' : `, open since ${timeText(openedAt)}`;
  return [
    ...(acknowledged ? [`Acknowledged by ${personText(acknowledged)} at ${timeText(acknowledged.at)}`] : []),
    ...(acknowledgementEnded
      ? [
          `Acknowledged by ${personText(acknowledgementEnded)} at ${timeText(acknowledgementEnded.at)}, ${acknowledgementEnded.since} more since`,
        ]
      : []),
    `Incident: GET ${pathOf('read-incident', { incident })}${since}`,
    `Notification ${id}`,
  ];
}
