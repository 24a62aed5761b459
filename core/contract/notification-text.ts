import { type Address, incidentUrl, itemsUrl } from './commands.ts';
import { itemsText } from './counts-text.ts';
import { durationText } from './duration-text.ts';
import type { Acknowledgement } from './incident.ts';
import type { Notification } from './notification.ts';
import { itemLines } from './notification-items.ts';
import { kindTexts } from './notification-kinds.ts';
import { pathOf } from './path-of.ts';
import { timeText } from './time-text.ts';

/** The parts of a notification, for people. */
export interface NotificationParts {
  /** What is wrong, in a line. */
  title: string;
  /** The description of the workflow, facts about its items, and some of the items. */
  body: string;
  /** Calls that help, a line each. */
  whatToDo: string[];
  /** Where its items and the incident are. */
  incident: string;
}

/** @param address where people reach the service, if that is known: then there are links and commands to copy */
export function notificationParts(notification: Notification, address?: Address): NotificationParts {
  const texts = kindTexts[notification.kind];
  const isResolved = notification.event === 'resolved';
  return {
    title: headline(notification),
    body: joined([
      aboutLines(notification),
      isResolved ? [texts.resolved(notification)] : texts.lines(notification),
      isResolved ? [] : itemLines(notification),
    ]),
    whatToDo: isResolved ? [] : texts.whatToDo(notification, address),
    incident: whichIncident(notification, address).join('\n'),
  };
}

/**
 * The text of a notification, for an e-mail or a terminal: first the trouble, then the items, then the calls that help.
 *
 * @param address where people reach the service, if that is known: then there are links and commands to copy
 */
export function notificationText(notification: Notification, address?: Address): string {
  const { title, body, whatToDo, incident } = notificationParts(notification, address);
  const isAbout = aboutLines(notification).length > 0;
  return joined([isAbout ? [title, body] : [title], isAbout ? [] : [body], [...whatToDo, incident]]);
}

function joined(paragraphs: readonly string[][]): string {
  return paragraphs
    .map((lines) => lines.filter((line) => line !== '').join('\n'))
    .filter((paragraph) => paragraph !== '')
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
    return `${start} ${away}; ${itemsText(counts.overdue + counts.failed + (counts.notStarted ?? 0))} unconfirmed${end}`;
  }
  return `${start} ${kindTexts[kind].summary(notification)}${end}`;
}

/** "Ada (N1NSsrpDMugM)" */
function personText({ by, byName }: Pick<Acknowledgement, 'by' | 'byName'>): string {
  if (byName !== undefined) return `${byName} (${by})`;
  return by === 'open' ? 'somebody without a token' : by;
}

/** What the workflow is, whom to ask and where it says what to do, in one line. */
function aboutLines({ description, owner, runbook }: Notification): string[] {
  const parts = [
    ...(description ? [/[.!?]$/.test(description) ? description : `${description}.`] : []),
    ...(owner === undefined ? [] : [`Owner: ${owner}.`]),
    ...(runbook === undefined ? [] : [`Runbook: ${runbook}`]),
  ];
  return parts.length === 0 ? [] : [parts.join(' ')];
}

function whichIncident(notification: Notification, address: Address | undefined): string[] {
  const { acknowledged, acknowledgementEnded, event, incident, openedAt, id } = notification;
  const since = event === 'opened' ? '' : `, open since ${timeText(openedAt)}`;
  const items = address && itemsUrl(notification, address);
  const where = address ? incidentUrl(notification, address) : `GET ${pathOf('read-incident', { incident })}`;
  return [
    ...(acknowledged ? [`Acknowledged by ${personText(acknowledged)} at ${timeText(acknowledged.at)}`] : []),
    ...(acknowledgementEnded
      ? [
          `The acknowledgement by ${personText(acknowledgementEnded)} at ${timeText(acknowledgementEnded.at)} has ended: ${itemsText(acknowledgementEnded.since, true)} overdue or failed since then`,
        ]
      : []),
    ...(items === undefined ? [] : [`Items: ${items}`]),
    `Incident: ${where}${since}`,
    `Notification ${id}`,
  ];
}
