import { breakdownLines, stepText } from './breakdown-text.ts';
import { itemsText, totalOf } from './counts-text.ts';
import { durationText } from './duration-text.ts';
import type { IncidentOutcomes } from './incident.ts';
import { type Notification, type NotifiedItem, outageGraceMs } from './notification.ts';
import { numberText } from './number-text.ts';
import { sum } from './sum.ts';
import { timeText } from './time-text.ts';

/** How many items the text shows. The message for machines has more. */
const mostShown = 5;

/** What the items of a kind of incident are like. */
interface ItemsOfKind {
  /** What should have happened to them. */
  missed: 'completed' | 'started';
  /** Whether they can have reached a step. */
  haveSteps: boolean;
}

/** The lines about all items together. */
export function itemsLines(
  notification: Notification,
  { missed, haveSteps }: ItemsOfKind = { missed: 'completed', haveSteps: true },
): string[] {
  const { event, counts, outage, sampled, items, exhausted, recovering } = notification;
  const changed = changesText(notification);
  const oldest = items.find(({ state, overdueByMs }) => state === 'overdue' && overdueByMs !== undefined);
  const isOne = totalOf(notification) === 1;
  const of = sampled === undefined ? '' : ` (of the first ${sampled} items)`;
  return [
    ...(outage && event === 'opened'
      ? [
          `${isOne ? 'The item was' : 'The items were'} not ${missed} within ${durationText(outageGraceMs)} after the outage.`,
        ]
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
    ...(exhausted
      ? [`${itemsText(exhausted)} failed ${exhausted === 1 ? 'its' : 'their'} last automatic redrive${of}.`]
      : []),
    ...(counts.unreadable
      ? ['Records that are past their deadline cannot be read, so the warden cannot watch their items.']
      : []),
    ...breakdownLines(notification, haveSteps),
  ];
}

/** The items themselves, a line each. */
export function itemLines(notification: Notification): string[] {
  const { items, at } = notification;
  const total = totalOf(notification);
  const shown = items.slice(0, mostShown);
  if (shown.length === 0) return [];
  const heading = total > shown.length ? [`The oldest ${shown.length} of ${numberText(total)}:`] : [];
  return [...heading, ...shown.map((item) => `  ${item.item}  ${itemFacts(item, at, total === 1)}`)];
}

function itemFacts(item: NotifiedItem, now: string, isOne: boolean): string {
  const {
    state,
    deadline,
    step,
    stepAt,
    lostAfter,
    attempt,
    neverStarted,
    caughtBy,
    progress,
    progressedAt,
  } = item;
  const lateMs = Date.parse(now) - Date.parse(deadline);
  const since = isOne ? `, since ${timeText(deadline)}` : '';
  const when =
    state === 'failed'
      ? 'failed'
      : lateMs >= 0
        ? `overdue for ${durationText(lateMs)}${since}`
        : `due in ${durationText(-lateMs)}`;
  const where =
    step === undefined && lostAfter
      ? `${stepText(lostAfter.step)} in attempt ${lostAfter.attempt}`
      : stepText(step);
  return [
    when,
    ...(progressedAt === undefined
      ? []
      : [
          `no progress for ${durationText(Date.parse(now) - Date.parse(progressedAt))}, at ${JSON.stringify(progress)}`,
        ]),
    neverStarted ? 'not started' : isOne && stepAt !== undefined ? `${where} at ${timeText(stepAt)}` : where,
    ...(attempt === 1 ? [] : [`attempt ${attempt}`]),
    ...(caughtBy === 'sweep' ? ['its timer was lost'] : []),
  ].join(', ');
}

/** "20 more overdue, 300 completed late" */
function changesText({ changes }: Notification): string {
  const { overdue, failed, notStarted = 0, stuck = 0, ...outcomes } = changes;
  return [
    ...moreOrFewer(overdue, 'overdue'),
    ...moreOrFewer(failed, 'failed'),
    ...moreOrFewer(notStarted, 'not started'),
    ...moreOrFewer(stuck, 'stuck'),
    ...outcomeParts(outcomes).map(([count, what]) => `${numberText(count)} ${what}`),
  ].join(', ');
}

function moreOrFewer(change: number, what: string): string[] {
  if (change === 0) return [];
  return [change > 0 ? `${numberText(change)} more ${what}` : `${numberText(-change)} fewer ${what}`];
}

/** "312 items: 300 completed late, 12 redriven", "1 item completed late" */
export function outcomesText(outcomes: IncidentOutcomes): string {
  const parts = outcomeParts(outcomes);
  const [first] = parts;
  if (first === undefined) return 'Nothing is overdue or failed any more';
  const items = itemsText(sum(parts.map(([count]) => count)));
  if (parts.length === 1) return `${items} ${first[1]}`;
  return `${items}: ${parts.map(([count, what]) => `${numberText(count)} ${what}`).join(', ')}`;
}

function outcomeParts(outcomes: IncidentOutcomes): [number, string][] {
  const { completedLate, restarted, redriven, discarded, recovered = 0, begunLate = 0 } = outcomes;
  const all: [number, string][] = [
    [begunLate, 'started late'],
    [recovered, 'completed in time after all'],
    [completedLate, 'completed late'],
    [restarted, 'registered again'],
    [redriven, 'completed after a redrive'],
    [discarded, 'discarded'],
  ];
  return all.filter(([count]) => count > 0);
}
