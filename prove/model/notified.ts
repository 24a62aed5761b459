import {
  type Broken,
  type Evidence,
  type Heard,
  type Item,
  isBreach,
  nameOf,
  unchangedUntil,
} from './evidence.ts';
import { isSameAttempt } from './sighting.ts';
import { at, mostSkewMs } from './times.ts';

/** The notification of an outage waits for this long, in milliseconds. */
const outageNotifiedMs = 90_000;

/** P1, P3: people are notified of the incident of every item with an item event, and of its resolve. */
export function notified(evidence: Evidence): Broken[] {
  return [
    ...evidence.items.flatMap((item) => item.heard.flatMap((one) => untold(evidence, item, one))),
    ...unended(evidence),
  ];
}

function untold(evidence: Evidence, item: Item, { at: heardAt, event }: Heard): Broken[] {
  const isStuck = event.event === 'item.stuck';
  if (!isBreach(event) && !isStuck && event.event !== 'item.warned') return [];
  const { workflow } = item;
  // An incident that began in a silence is notified by a sweep after it, like one whose people wait for the quiet time.
  const began = firstHeardOf(evidence, event.incident);
  const isHeld = workflow.quietMs > 0 || workflow.maySilence(began, evidence.ledger.endedAt);
  const outageMs = evidence.away.length > 0 ? outageNotifiedMs : 0;
  const clear = workflow.clearFrom(heardAt);
  const by = evidence.sweptAfter(Math.max(clear, heardAt + workflow.quietMs) + outageMs);
  const isTold = (incident: string | undefined) =>
    evidence.told.some((one) => one.incident === incident && one.at <= by);
  // If an item is overdue by the time that it is reported as not started, people are notified that it is overdue.
  const isOverdueToo =
    event.event === 'item.not-started' &&
    item.heard.some(
      ({ event: other }) =>
        other.event === 'item.overdue' && isSameAttempt(event, other) && isTold(other.incident),
    );
  if (by === Number.POSITIVE_INFINITY || isTold(event.incident) || isOverdueToo) return [];
  // Trouble that is over before people may be notified of it is never notified.
  const isOver =
    (isStuck && Date.parse(event.deadline) - mostSkewMs <= by) ||
    unchangedUntil(item, { by: undefined, at: heardAt }) <= by ||
    workflow.hasRedrives ||
    workflow.hasDiscards ||
    workflow.maySilence(clear, by) ||
    event.event === 'item.not-started';
  // An item that progresses while people are being notified is not stuck, nor is an item that is past its deadline.
  if ((isHeld || isStuck) && isOver) return [];
  const text = `${nameOf(item)}, attempt ${event.attempt}: ${event.event} at ${at(heardAt)}, and no notification of ${event.incident} by ${at(by)}`;
  return [{ promise: 'P3', kind: 'missed', text }];
}

/** When the first item event of the incident was published. */
function firstHeardOf(evidence: Evidence, incident: string | undefined): number {
  const heard = evidence.items.flatMap((item) =>
    item.heard.filter(({ event }) => event.incident === incident),
  );
  return Math.min(...heard.map(({ at: heardAt }) => heardAt));
}

/** The quiet before the first end of an incident, with the difference of clocks, in milliseconds. */
const quietMs = 60_000;

/** All items of a workflow are completed, and the first incident that people were notified of did not end. */
function unended(evidence: Evidence): Broken[] {
  return [...evidence.workflows.values()].flatMap((workflow): Broken[] => {
    const told = evidence.told.filter((one) => one.workflow === workflow.name && one.kind === 'overdue');
    const incident = told[0]?.incident;
    if (incident === undefined || evidence.isDamaged(workflow)) return [];
    const items = evidence.items.filter((item) => item.workflow === workflow);
    const over = Math.max(...items.map(overSince));
    const by = evidence.sweptAfter(workflow.clearFrom(over) + quietMs);
    if (by === Number.POSITIVE_INFINITY || workflow.maySilence(over, by)) return [];
    if (told.some((one) => one.event === 'resolved' || one.incident !== incident)) return [];
    const text = `all items of ${workflow.name} are completed since ${at(over)}, and nobody was told that ${incident} is over`;
    return [{ promise: 'P3', kind: 'missed', text }];
  });
}

/** When the item was completed for certain, and nothing happened to it since; infinity if it is not. */
function overSince(item: Item): number {
  const last = item.sightings.findLast(({ by }) => by !== undefined);
  if (last?.state !== 'completed' || unchangedUntil(item, last) !== Number.POSITIVE_INFINITY)
    return Number.POSITIVE_INFINITY;
  const changes = item.asked.filter(({ at: sentAt }) => sentAt < last.at).map(({ end }) => end);
  return Math.max(0, ...changes);
}
