import { countsText } from './counts-text.ts';
import type { IncidentKind } from './incident.ts';
import { itemPath } from './item-path.ts';
import type { Notification } from './notification.ts';
import { itemsLines, outcomesText, totalOf } from './notification-items.ts';
import { pathOf } from './path-of.ts';
import { timeText } from './time-text.ts';

/** The texts of notifications that differ by kind. */
interface KindTexts {
  /** What is wrong, in a few words, for the subject and the first line. Not for the resolve. */
  summary(facts: Pick<Notification, 'event' | 'counts' | 'changes'>): string;
  /** What is wrong, in full. Not for the resolve. */
  lines(notification: Notification): string[];
  /** Why the trouble is over. */
  resolved(notification: Notification): string;
  /** Calls that help. Not for the resolve. */
  whatToDo(notification: Notification): string[];
}

export const kindTexts: Record<IncidentKind, KindTexts> = {
  overdue: { summary: countsSummary, lines: itemsLines, resolved: outcomesSentence, whatToDo: resumeItems },
  warning: {
    summary: countsSummary,
    lines: (notification) => [...warningsLines(notification), ...itemsLines(notification)],
    resolved: () =>
      'No further item was late in the last ten minutes. Items that passed their deadline have an incident of their own.',
    whatToDo: ({ workflow }) => [`List: GET ${pathOf('list', { workflow })}?state=waiting`],
  },
  'not-started': {
    summary: ({ event }) => `${event === 'opened' ? '' : 'still '}fewer registrations than expected`,
    lines: shortfallLines,
    resolved: () =>
      'Enough items were registered in the last full window, or the workflow no longer expects any.',
    whatToDo: () => [],
  },
};

function countsSummary({ event, counts, changes }: Pick<Notification, 'event' | 'counts' | 'changes'>) {
  return `${event === 'reminder' ? 'still ' : ''}${countsText(counts, event, changes)}`;
}

function outcomesSentence({ outcomes }: Notification): string {
  return `${outcomesText(outcomes)}.`;
}

function warningsLines({ event, openedAt, counts }: Notification): string[] {
  return event === 'opened' ? [] : [`Warnings since ${timeText(openedAt)}: ${counts.warned ?? 0}.`];
}

function shortfallLines({ shortfall }: Notification): string[] {
  if (shortfall === undefined) return [];
  const { registered, atLeast, from, to } = shortfall;
  const were = registered === 1 ? 'item was' : 'items were';
  return [
    `${registered} ${were} registered from ${timeText(from)} to ${timeText(to)}; at least ${atLeast} were expected.`,
  ];
}

function resumeItems(notification: Notification): string[] {
  const { event, workflow, counts, items, incident } = notification;
  const list = pathOf('list', { workflow });
  const states = (['overdue', 'failed'] as const).filter((state) => counts[state] > 0);
  const [only] = totalOf(notification) === 1 ? items : [];
  return [
    ...(only
      ? [`Item: GET ${itemPath(workflow, only.item)}`]
      : states.map((state) => `List: GET ${list}?state=${state}`)),
    ...(states.length === 0
      ? []
      : [
          `Resume: POST ${pathOf('start-redrive', { workflow })} with {"dryRun": true} for a preview, with {} to resume`,
        ]),
    ...(event === 'reminder'
      ? [`Stop reminders: PATCH ${pathOf('acknowledge-incident', { incident })} with {"acknowledged": true}`]
      : []),
  ];
}
