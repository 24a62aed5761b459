import type { ItemEvent } from '../core/contract/item-event.ts';
import { itemRequestsIn } from './history/request.ts';
import type { Ledger } from './ledger.ts';
import type { Broken } from './model/evidence.ts';
import { itemName, workflowName } from './world/names.ts';

/** The counts over all histories. */
export interface Figures {
  histories: number;
  items: number;
  requests: number;
  calls: number;
  /** How often each kind of fault happened. */
  faults: Record<string, number>;
  broken: Record<Broken['kind'], number>;
  /** Items that were reported overdue. */
  overdue: number;
  /** Milliseconds from the deadline until the item event was published, sorted. */
  delays: number[];
  /** The same for items whose requests, timers and functions had no faults, sorted. */
  calmDelays: number[];
  incidents: number;
  /** Notifications that people got, without repeats. */
  notifications: number;
  /** The notifications of the incident with the most. */
  mostNotifications: number;
  /** Repeated deliveries: they have the id of the first. */
  repeats: number;
}

export function noFigures(): Figures {
  return {
    histories: 0,
    items: 0,
    requests: 0,
    calls: 0,
    faults: {},
    broken: { missed: 0, false: 0, doubled: 0, lost: 0, wrong: 0 },
    overdue: 0,
    delays: [],
    calmDelays: [],
    incidents: 0,
    notifications: 0,
    mostNotifications: 0,
    repeats: 0,
  };
}

/** Adds the observations of one more history. */
export function addTo(figures: Figures, ledger: Ledger, broken: readonly Broken[]): void {
  figures.histories++;
  const requests = ledger.asked.flatMap(({ request }) => itemRequestsIn(request));
  figures.items += new Set(requests.map(({ workflow, item }) => `${workflow}/${item}`)).size;
  figures.requests += ledger.asked.length;
  figures.calls += ledger.calls;
  for (const [kind, count] of ledger.faults) figures.faults[kind] = (figures.faults[kind] ?? 0) + count;
  for (const { kind } of broken) figures.broken[kind]++;
  const overdue = new Map<string, number>();
  const isCalm = calmItems(ledger);
  const told = new Map<string, Set<string>>();
  for (const one of ledger.published) {
    if (one.topic === 'machines' && one.message.event === 'item.overdue' && !overdue.has(one.message.id)) {
      const delay = one.at - Date.parse(one.message.deadline);
      overdue.set(one.message.id, delay);
      if (isCalm(one.message)) figures.calmDelays.push(delay);
    }
    if (one.topic !== 'people') continue;
    const parts = one.message.event === 'digest' ? one.message.incidents : [one.message];
    for (const part of parts) {
      const ids = told.get(part.incident) ?? new Set();
      const id = 'notification' in part ? part.notification : part.id;
      if (ids.has(id)) figures.repeats++;
      told.set(part.incident, ids.add(id));
    }
  }
  figures.overdue += overdue.size;
  figures.delays.push(...overdue.values());
  figures.incidents += told.size;
  for (const { size } of told.values()) {
    figures.notifications += size;
    figures.mostNotifications = Math.max(figures.mostNotifications, size);
  }
}

/** The figures of two runs together. */
export function sumOf(one: Figures, other: Figures): Figures {
  const sums = { ...one };
  for (const name of [
    'histories',
    'items',
    'requests',
    'calls',
    'overdue',
    'incidents',
    'notifications',
    'repeats',
  ] as const)
    sums[name] += other[name];
  return sortDelays({
    ...sums,
    faults: added(one.faults, other.faults),
    broken: added(one.broken, other.broken),
    delays: [...one.delays, ...other.delays],
    calmDelays: [...one.calmDelays, ...other.calmDelays],
    mostNotifications: Math.max(one.mostNotifications, other.mostNotifications),
  });
}

/** Counts by name, added up. */
function added<Counts extends Record<string, number>>(one: Counts, other: Counts): Counts {
  const sums: Record<string, number> = { ...one };
  for (const [name, count] of Object.entries(other)) sums[name] = (sums[name] ?? 0) + count;
  return sums as Counts;
}

/** Sorts the delays, for quantiles. */
export function sortDelays(figures: Figures): Figures {
  figures.delays.sort((a, b) => a - b);
  figures.calmDelays.sort((a, b) => a - b);
  return figures;
}

/** Whether the history had no fault that can delay the report of the item. */
function calmItems(ledger: Ledger): (event: ItemEvent) => boolean {
  const isWhole = ledger.outages.length === 0 && ledger.ran.every((one) => one.isWhole);
  if (!isWhole || ledger.faults.has('message refused')) return () => false;
  const disturbed = new Set(
    ledger.timers.flatMap(({ workflow, items, fires }) =>
      fires === 'never' || fires === 'late' ? items.map((item) => `${workflow}/${item}`) : [],
    ),
  );
  for (const { request, isFaulted } of ledger.asked) {
    for (const one of itemRequestsIn(request)) {
      // A kept request or a message can arrive after the deadline.
      if (isFaulted || request.ask === 'ingest' || ('age' in one && one.age !== undefined))
        disturbed.add(`${workflowName(one.workflow)}/${itemName(one.item)}`);
    }
  }
  const attempt = ({ workflow, item, startedAt }: ItemEvent) => `${workflow}/${item} ${startedAt}`;
  // People know already of an item that was not started in time. The sweep reports that it is overdue, too.
  const notStarted = new Set(
    ledger.published.flatMap(({ topic, message }) =>
      topic === 'machines' && message.event === 'item.not-started' ? [attempt(message)] : [],
    ),
  );
  return (event) => !disturbed.has(`${event.workflow}/${event.item}`) && !notStarted.has(attempt(event));
}

/** The number below which this share of sorted numbers is. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
