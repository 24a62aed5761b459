import { itemsText } from './counts-text.ts';
import { durationText } from './duration-text.ts';
import type { IncidentOutcomes } from './incident.ts';
import { type Notification, type NotifiedItem, outageGraceMs } from './notification.ts';
import { timeText } from './time-text.ts';

/** The lines about all items together. */
export function itemsLines(notification: Notification): string[] {
  const { event, counts, outage, sampled, reasons, items, neverStarted, exhausted, recovering } =
    notification;
  const changed = changesText(notification);
  const oldest = items.find(({ state, overdueByMs }) => state === 'overdue' && overdueByMs !== undefined);
  const isOne = totalOf(notification) === 1;
  const of = sampled === undefined ? '' : ` (of the first ${sampled} items)`;
  return [
    ...(outage && event === 'opened'
      ? [`Not completed within ${durationText(outageGraceMs)} of its return.`]
      : []),
    ...(outage && event !== 'opened'
      ? [
          `The warden was unavailable from ${timeText(outage.from)} to ${timeText(outage.to)}: items due in that time are unconfirmed.`,
        ]
      : []),
    ...(recovering
      ? [
          `${itemsText(recovering.items)} resumed and being worked on${recovering.until === undefined ? '' : `, until ${timeText(recovering.until)}`}.`,
        ]
      : []),
    ...(event === 'opened' || changed === '' ? [] : [`Since the last notification: ${changed}.`]),
    ...(oldest?.overdueByMs === undefined || isOne
      ? []
      : [
          `The oldest has been overdue for ${durationText(oldest.overdueByMs)}, since ${timeText(oldest.deadline)}.`,
        ]),
    ...(isOne ? [] : stepLines(notification, of)),
    ...(neverStarted === 0 || isOne ? [] : [`${neverStarted} never started: safe to send again.`]),
    ...(exhausted
      ? [`${itemsText(exhausted)} failed ${exhausted === 1 ? 'its' : 'their'} last automatic redrive${of}.`]
      : []),
    ...(counts.unreadable
      ? ['Records that are past their deadline cannot be read, so the warden cannot watch their items.']
      : []),
    ...reasonLines(reasons, isOne, of, sampled === undefined ? counts.failed : 0),
  ];
}

/** How many items a notification is about. */
export function totalOf({ counts: { overdue, failed, warned = 0 } }: Notification): number {
  return overdue + failed + warned;
}

/** "Stuck: 300 after `copied`, 12 after `uploaded`." */
function stepLines(notification: Notification, of: string): string[] {
  const { steps, neverStarted, sampled } = notification;
  const left = (sampled ?? totalOf(notification)) - sum(steps.map(({ count }) => count));
  const parts = steps
    // These items have a line of their own.
    .filter(({ step, count }) => step !== undefined || count !== neverStarted)
    .map(({ step, count }) =>
      step === undefined ? `${count} before any step` : `${count} after \`${step}\``,
    );
  if (parts.length === 0) return [];
  return [`Stuck${of}: ${[...parts, ...(left > 0 ? [`${left} after other steps`] : [])].join(', ')}.`];
}

function reasonLines(reasons: Notification['reasons'], isOne: boolean, of: string, failed: number): string[] {
  const texts = reasons.map(({ reason, type, count }) => {
    const text = [type, reason].filter(Boolean).join(': ');
    return isOne ? text : `  ${count} × ${text}`;
  });
  if (isOne) return texts.map((text) => `Reason: ${text}`);
  const left = failed - sum(reasons.map(({ count }) => count));
  const more = left > 0 ? [`  ${left} × other reasons`] : [];
  return texts.length === 0 ? [] : [`Reasons${of}:`, ...texts, ...more];
}

/** The items themselves, a line each. */
export function itemLines(notification: Notification): string[] {
  const { items, at } = notification;
  const total = totalOf(notification);
  if (items.length === 0) return [];
  const heading = total > items.length ? [`The oldest ${items.length} of ${total}:`] : [];
  return [...heading, ...items.map((item) => `  ${item.item}  ${itemFacts(item, at, total === 1)}`)];
}

function itemFacts(item: NotifiedItem, now: string, isOne: boolean): string {
  const { state, deadline, step, stepAt, attempt, neverStarted, caughtBy } = item;
  const lateMs = Date.parse(now) - Date.parse(deadline);
  const since = isOne ? `, since ${timeText(deadline)}` : '';
  const when =
    state === 'failed'
      ? 'failed'
      : neverStarted
        ? 'never started, safe to send again'
        : lateMs >= 0
          ? `overdue for ${durationText(lateMs)}${since}`
          : `due in ${durationText(-lateMs)}`;
  const where = step === undefined ? 'before any step' : `after \`${step}\``;
  return [
    when,
    ...(neverStarted ? [] : [isOne && stepAt !== undefined ? `${where} at ${timeText(stepAt)}` : where]),
    ...(attempt === 1 ? [] : [`attempt ${attempt}`]),
    ...(caughtBy === 'sweep' ? ['its timer was lost'] : []),
  ].join(', ');
}

/** "20 more overdue, 300 completed late" */
function changesText({ changes }: Notification): string {
  const { overdue, failed, ...outcomes } = changes;
  return [
    ...moreOrFewer(overdue, 'overdue'),
    ...moreOrFewer(failed, 'failed'),
    ...outcomeParts(outcomes).map(([count, what]) => `${count} ${what}`),
  ].join(', ');
}

function moreOrFewer(change: number, what: string): string[] {
  if (change === 0) return [];
  return [change > 0 ? `${change} more ${what}` : `${-change} fewer ${what}`];
}

/** "312 items: 300 completed late, 12 redriven", "1 item completed late" */
export function outcomesText(outcomes: IncidentOutcomes): string {
  const parts = outcomeParts(outcomes);
  const [first] = parts;
  if (first === undefined) return 'Nothing is overdue or failed any more';
  const items = itemsText(sum(parts.map(([count]) => count)));
  if (parts.length === 1) return `${items} ${first[1]}`;
  return `${items}: ${parts.map(([count, what]) => `${count} ${what}`).join(', ')}`;
}

function outcomeParts(outcomes: IncidentOutcomes): [number, string][] {
  const { completedLate, restarted, redriven, discarded } = outcomes;
  const all: [number, string][] = [
    [completedLate, 'completed late'],
    [restarted, 'registered again'],
    [redriven, 'completed after a redrive'],
    [discarded, 'discarded'],
  ];
  return all.filter(([count]) => count > 0);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
