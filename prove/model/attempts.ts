import type { ItemEvent } from '../../core/contract/item-event.ts';
import type { StatisticsCounts } from '../../core/contract/statistics.ts';
import { type Evidence, type Item, isBreach } from './evidence.ts';
import { type ItemAsked, mayChange } from './sighting.ts';
import { notDelivered, type Workflow } from './workflow.ts';

/** How often something happened to attempts: at least, because it was seen, and at most. */
export type Bounds = Record<keyof StatisticsCounts, { least: number; most: number }>;

/** What happened to the attempts of a workflow, from the beginning to the end. Each attempt has a number of its own. */
export function attemptsOf(evidence: Evidence, workflow: Workflow): Bounds {
  const items = evidence.items.filter((item) => item.workflow === workflow);
  const sum = (of: (item: Item) => { least: number; most: number }) =>
    items.map(of).reduce((a, b) => ({ least: a.least + b.least, most: a.most + b.most }), {
      least: 0,
      most: 0,
    });
  return {
    started: sum((item) => ({ least: union(begun(item), resumed(item)).size, most: lastAttempt(item) })),
    resumed: sum((item) => ({ least: resumed(item).size, most: lastAttempt(item) - begun(item).size })),
    onTime: sum((item) => completed(item, 'on-time')),
    late: sum((item) => completed(item, 'late')),
    recovered: sum((item) => completed(item, 'recovered')),
    overdue: sum(overdue),
    failed: sum(failed),
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

/** The attempts that a redrive began. */
function resumed({ sightings }: Item): Set<number> {
  return new Set(sightings.flatMap(({ by, attempt }) => (by === undefined ? [attempt] : [])));
}

/** A completion without a reply may have had this outcome. */
function completed({ asked }: Item, outcome: string): { least: number; most: number } {
  const completions = asked.filter(({ request }) => request.ask === 'complete');
  const known = new Set(
    completions.flatMap(({ reply }) => (reply?.json?.outcome === outcome ? [reply.json.attempt] : [])),
  );
  return { least: known.size, most: known.size + completions.filter(isUnknown).length };
}

function isUnknown(one: ItemAsked): boolean {
  return mayChange(one) && (one.reply === undefined || one.reply.status >= 300 || one.isFaulted);
}

/** An attempt that is not started in time can go overdue, too, before anybody is told of either. */
function overdue({ asked, heard }: Item): { least: number; most: number } {
  const mayMissStart = asked.some(({ request }) => request.ask === 'register' && request.startBy);
  const breached = attemptsWith(heard, isBreach).size;
  return {
    least: attemptsWith(heard, (event) => isBreach(event) && event.event !== 'item.failed').size,
    most: mayMissStart ? 2 * breached : breached,
  };
}

function failed({ heard }: Item): { least: number; most: number } {
  const { size } = attemptsWith(
    heard,
    ({ event, failure }) => event === 'item.failed' && failure?.type !== notDelivered,
  );
  return { least: size, most: size };
}

function attemptsWith(heard: Item['heard'], has: (event: ItemEvent) => boolean): Set<number> {
  return new Set(heard.flatMap(({ event }) => (has(event) ? [event.attempt] : [])));
}
