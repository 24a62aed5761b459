import type { ItemEvent } from '../../core/contract/item-event.ts';
import type { StatisticsCounts } from '../../core/contract/statistics.ts';
import { type Evidence, type Item, isBreach } from './evidence.ts';
import { type ItemAsked, mayChange } from './sighting.ts';
import { notDelivered, type Workflow } from './workflow.ts';

/** How often something happened to attempts: at least, because it was seen, and at most. */
export type Bounds = Record<keyof StatisticsCounts, { least: number; most: number }>;

/** A function that has published something counts it within this, in milliseconds. */
const countedAfterMs = 60_000;

/**
 * What happened to the attempts of a workflow: at least until all processes had written their counts, and at most until
 * the end. Each attempt has a number of its own.
 */
export function attemptsOf(evidence: Evidence, workflow: Workflow): Bounds {
  const by = evidence.ledger.countedAt - countedAfterMs;
  const items = evidence.items.filter((item) => item.workflow === workflow);
  const sum = (of: (item: Item) => { least: number; most: number }) =>
    items.map(of).reduce((a, b) => ({ least: a.least + b.least, most: a.most + b.most }), {
      least: 0,
      most: 0,
    });
  return {
    started: sum((item) => ({ least: union(begun(item), resumed(item, by)).size, most: lastAttempt(item) })),
    resumed: sum((item) => ({ least: resumed(item, by).size, most: lastAttempt(item) - begun(item).size })),
    onTime: sum((item) => completed(item, 'on-time')),
    late: sum((item) => completed(item, 'late')),
    recovered: sum((item) => completed(item, 'recovered')),
    overdue: sum((item) => overdue(item, by)),
    failed: sum((item) => failed(item, by)),
    shadowLate: { least: 0, most: 0 },
  };
}

const union = (one: ReadonlySet<number>, other: ReadonlySet<number>) => new Set([...one, ...other]);

function lastAttempt({ sightings, heard }: Item): number {
  const seen = [...sightings.map(({ attempt }) => attempt), ...heard.map(({ event }) => event.attempt)];
  return Math.max(0, ...seen.filter(Number.isInteger));
}

/** The attempts that a registration began. */
function begun({ asked }: Item): Set<number> {
  return new Set(
    asked.flatMap(({ request, reply }) =>
      request.ask === 'register' && ['created', 'restarted'].includes(reply?.json?.outcome)
        ? [reply?.json.attempt]
        : [],
    ),
  );
}

/** The attempts that a redrive began by this time. */
function resumed({ sightings }: Item, until: number): Set<number> {
  return new Set(
    sightings.flatMap(({ by, attempt, end }) => (by === undefined && end <= until ? [attempt] : [])),
  );
}

/** How often a message of a history may be handled: SQS delivers it at most ten times, and a repeat of it as often. */
const mostHandled = 20;

/** A completion without a reply may have had this outcome. In a message, each delivery may have completed an attempt. */
function completed({ asked }: Item, outcome: string): { least: number; most: number } {
  const completions = asked.filter(({ request }) => request.ask === 'complete');
  const known = new Set(
    completions.flatMap(({ reply }) => (reply?.json?.outcome === outcome ? [reply.json.attempt] : [])),
  );
  const unknown = completions.filter(isUnknown).map(({ isMessage }) => (isMessage ? mostHandled : 1));
  return { least: known.size, most: known.size + unknown.reduce((sum, times) => sum + times, 0) };
}

function isUnknown(one: ItemAsked): boolean {
  return mayChange(one) && (one.reply === undefined || one.reply.status >= 300 || one.isFaulted);
}

/** An attempt that is not started in time can go overdue, too, before anybody is told of either. */
function overdue({ asked, heard }: Item, until: number): { least: number; most: number } {
  const mayMissStart = asked.some(({ request }) => request.ask === 'register' && request.startBy);
  const breached = attemptsWith(heard, isBreach).size;
  return {
    least: attemptsWith(early(heard, until), (event) => isBreach(event) && event.event !== 'item.failed')
      .size,
    most: mayMissStart ? 2 * breached : breached,
  };
}

function failed({ heard }: Item, until: number): { least: number; most: number } {
  const isReported = ({ event, failure }: ItemEvent) =>
    event === 'item.failed' && failure?.type !== notDelivered;
  return {
    least: attemptsWith(early(heard, until), isReported).size,
    most: attemptsWith(heard, isReported).size,
  };
}

const early = (heard: Item['heard'], until: number) => heard.filter(({ at }) => at <= until);

function attemptsWith(heard: Item['heard'], has: (event: ItemEvent) => boolean): Set<number> {
  return new Set(heard.flatMap(({ event }) => (has(event) ? [event.attempt] : [])));
}
