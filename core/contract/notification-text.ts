import { countsText, itemsText } from './counts-text.ts';
import { durationText } from './duration-text.ts';
import type { IncidentOutcomes } from './incident.ts';
import { itemPath } from './item-path.ts';
import type { Notification, NotifiedItem } from './notification.ts';
import { outageGraceMs } from './notification.ts';
import { pathOf } from './path-of.ts';

/** The text of a notification, for an e-mail or a terminal: first what is wrong, then where, then what to do. */
export function notificationText(notification: Notification): string {
  const { kind, event } = notification;
  const paragraphs = [
    [headline(notification)],
    kind === 'not-started'
      ? shortfallLines(notification)
      : event === 'resolved'
        ? [`${outcomesText(notification.outcomes)}.`]
        : itemsLines(notification),
    event === 'resolved' || kind === 'not-started' ? [] : itemLines(notification),
    [...whatToDo(notification), ...whichIncident(notification)],
  ];
  return paragraphs
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n');
}

function headline(notification: Notification): string {
  const { workflow, event, kind, outage, severity, silenceEnded, counts, changes, at, openedAt } =
    notification;
  const start = `Workflow ${workflow}${severity === undefined ? '' : ` (${severity})`}:`;
  const still = event === 'reminder' ? 'still ' : '';
  const end = silenceEnded ? ', at the end of a silence.' : '.';
  if (event === 'resolved')
    return `${start} resolved after ${durationText(Date.parse(at) - Date.parse(openedAt))}.`;
  if (kind === 'not-started')
    return `${start} ${event === 'opened' ? '' : 'still '}fewer registrations than expected${end}`;
  if (outage && event === 'opened') {
    const away = `the warden was unavailable from ${time(outage.from)} to ${time(outage.to)}`;
    return `${start} ${away}; ${itemsText(counts.overdue + counts.failed)} unconfirmed${end}`;
  }
  return `${start} ${still}${countsText(counts, event, changes)}${end}`;
}

function shortfallLines({ shortfall, event }: Notification): string[] {
  if (event === 'resolved')
    return ['Enough items were registered in the last full window, or the workflow no longer expects any.'];
  if (shortfall === undefined) return [];
  const { registered, atLeast, from, to } = shortfall;
  const were = registered === 1 ? 'item was' : 'items were';
  return [
    `${registered} ${were} registered from ${time(from)} to ${time(to)}; at least ${atLeast} were expected.`,
  ];
}

/** The lines about all items together. */
function itemsLines(notification: Notification): string[] {
  const { event, kind, counts, outage, openedAt, sampled, reasons, items, neverStarted, exhausted } =
    notification;
  const changed = kind === 'warning' ? '' : changesText(notification);
  const oldest = items.find(({ state, overdueByMs }) => state === 'overdue' && overdueByMs !== undefined);
  const isOne = totalOf(notification) === 1;
  const of = sampled === undefined ? '' : ` (of the first ${sampled} items)`;
  return [
    ...(outage && event === 'opened'
      ? [`Not completed within ${durationText(outageGraceMs)} of its return.`]
      : []),
    ...(outage && event !== 'opened'
      ? [
          `The warden was unavailable from ${time(outage.from)} to ${time(outage.to)}: items due in that time are unconfirmed.`,
        ]
      : []),
    ...(event === 'opened' || changed === '' ? [] : [`Since the last notification: ${changed}.`]),
    ...(kind === 'warning' && event !== 'opened'
      ? [`Warnings since ${time(openedAt)}: ${counts.warned ?? 0}.`]
      : []),
    ...(oldest?.overdueByMs === undefined || isOne
      ? []
      : [
          `The oldest has been overdue for ${durationText(oldest.overdueByMs)}, since ${time(oldest.deadline)}.`,
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

function totalOf({ counts: { overdue, failed, warned = 0 } }: Notification): number {
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

function itemLines(notification: Notification): string[] {
  const { items, at } = notification;
  const total = totalOf(notification);
  if (items.length === 0) return [];
  const heading = total > items.length ? [`The oldest ${items.length} of ${total}:`] : [];
  return [...heading, ...items.map((item) => `  ${item.item}  ${itemFacts(item, at, total === 1)}`)];
}

function itemFacts(item: NotifiedItem, now: string, isOne: boolean): string {
  const { state, deadline, step, stepAt, attempt, neverStarted, caughtBy } = item;
  const lateMs = Date.parse(now) - Date.parse(deadline);
  const since = isOne ? `, since ${time(deadline)}` : '';
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
    ...(neverStarted ? [] : [isOne && stepAt !== undefined ? `${where} at ${time(stepAt)}` : where]),
    ...(attempt === 1 ? [] : [`attempt ${attempt}`]),
    ...(caughtBy === 'sweep' ? ['its timer was lost'] : []),
  ].join(', ');
}

function whatToDo(notification: Notification): string[] {
  const { event, kind, workflow, counts, items, incident } = notification;
  if (event === 'resolved' || kind === 'not-started') return [];
  const list = pathOf('list', { workflow });
  if (kind === 'warning') return [`List: GET ${list}?state=waiting`];
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

function whichIncident({ acknowledged, event, incident, openedAt, id }: Notification): string[] {
  const since = event === 'opened' ? '' : `, open since ${time(openedAt)}`;
  return [
    ...(acknowledged ? [`Acknowledged by ${acknowledged.by} at ${time(acknowledged.at)}`] : []),
    `Incident: GET ${pathOf('read-incident', { incident })}${since}`,
    `Notification ${id}`,
  ];
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
function outcomesText(outcomes: IncidentOutcomes): string {
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
    [redriven, 'redriven'],
    [discarded, 'discarded'],
  ];
  return all.filter(([count]) => count > 0);
}

/** "2026-11-21 09:30:00 UTC" */
function time(at: string): string {
  return `${at.slice(0, 19).replace('T', ' ')} UTC`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
