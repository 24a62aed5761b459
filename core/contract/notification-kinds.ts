import { type Address, command } from './commands.ts';
import { countsText, itemsText } from './counts-text.ts';
import { durationText } from './duration-text.ts';
import type { IncidentKind } from './incident.ts';
import type { Notification } from './notification.ts';
import { itemsLines, outcomesText } from './notification-items.ts';
import { numberText } from './number-text.ts';
import { pathOf } from './path-of.ts';
import { timeText } from './time-text.ts';
import { acknowledgeLines, listLine, resumeItems, resumeNotStarted, silenceLine } from './what-to-do.ts';

/** The texts of notifications that differ by kind. */
interface KindTexts {
  /** The level of its notifications, except for the resolve. */
  level: Notification['level'];
  /** What is wrong, in a few words, for the subject and the first line. Not for the resolve. */
  summary(facts: Pick<Notification, 'event' | 'counts' | 'changes'>): string;
  /** What is wrong, in full. Not for the resolve. */
  lines(notification: Notification): string[];
  /** Why the trouble is over. */
  resolved(notification: Notification): string;
  /** Calls that help. Not for the resolve. */
  whatToDo(notification: Notification, address?: Address): string[];
}

export const kindTexts: Record<IncidentKind, KindTexts> = {
  overdue: {
    level: 'alert',
    summary: countsSummary,
    lines: (notification) => itemsLines(notification),
    resolved: outcomesSentence,
    whatToDo: resumeItems,
  },
  'not-started': {
    level: 'alert',
    summary: ({ event, counts }) => `${still(event)}${itemsText(counts.notStarted ?? 0)} not started in time`,
    lines: (notification) => [
      'No step was reported by startBy. Look at the queue first: resume only items that are not in it.',
      // None of them has a step, which the first line says.
      ...itemsLines(notification, { missed: 'started', haveSteps: false }),
    ],
    resolved: outcomesSentence,
    whatToDo: resumeNotStarted,
  },
  warning: {
    level: 'warning',
    summary: countsSummary,
    lines: (notification) => [...warningsLines(notification), ...itemsLines(notification)],
    resolved: () =>
      'No further item was late in the last ten minutes. Items that passed their deadline have an incident of their own.',
    whatToDo: (notification, address) => [
      listLine(notification, address),
      silenceLine(notification, address),
    ],
  },
  stuck: {
    level: 'warning',
    summary: ({ event, counts }) =>
      counts.stuck
        ? `${still(event)}${itemsText(counts.stuck)} stuck: no progress`
        : 'nothing is stuck any more',
    lines: (notification) => [
      'The last progress that was reported stays the same. These items are not overdue yet.',
      ...itemsLines(notification),
    ],
    resolved: () =>
      'No item is stuck any more: each has progressed, was completed or discarded, or is in the incident of overdue and failed items.',
    whatToDo: (notification, address) => [
      listLine(notification, address),
      ...acknowledgeLines(notification, address),
      silenceLine(notification, address),
    ],
  },
  shortfall: {
    level: 'alert',
    summary: ({ event }) => `${event === 'opened' ? '' : 'still '}fewer registrations than expected`,
    lines: shortfallLines,
    resolved: () => 'Enough items have been registered, or the workflow no longer expects any.',
    whatToDo: (notification, address) => [
      endLine(notification, address),
      ...acknowledgeLines(notification, address),
      silenceLine(notification, address),
    ],
  },
};

function countsSummary({ event, counts, changes }: Pick<Notification, 'event' | 'counts' | 'changes'>) {
  return `${still(event)}${countsText(counts, event, changes)}`;
}

function still(event: Notification['event']): string {
  return event === 'reminder' ? 'still ' : '';
}

function outcomesSentence({ outcomes }: Notification): string {
  return `${outcomesText(outcomes)}.`;
}

function warningsLines({ event, openedAt, counts }: Notification): string[] {
  return event === 'opened'
    ? []
    : [`Warnings since ${timeText(openedAt)}: ${numberText(counts.warned ?? 0)}.`];
}

/** When the incident is resolved. */
function endLine({ workflow, shortfall }: Notification, address?: Address): string {
  const path = pathOf('read-workflow', { workflow });
  const missing = Math.max(1, (shortfall?.atLeast ?? 1) - (shortfall?.registered ?? 0));
  const are = missing === 1 ? 'more item is' : 'more items are';
  return `The incident is resolved when ${numberText(missing)} ${are} registered, or when \`expect\` is no longer in the settings: ${command({ method: 'GET', path }, address)}`;
}

function shortfallLines({ shortfall }: Notification): string[] {
  if (shortfall === undefined) return [];
  const { registered, atLeast, from, to, awayMs } = shortfall;
  const were = registered === 1 ? 'item was' : 'items were';
  return [
    `${numberText(registered)} ${were} registered from ${timeText(from)} to ${timeText(to)}; at least ${numberText(atLeast)} ${atLeast === 1 ? 'was' : 'were'} expected.`,
    ...(awayMs === undefined
      ? []
      : [
          `The warden itself was unavailable for ${durationText(awayMs)} of this time, which does not count.`,
        ]),
  ];
}
