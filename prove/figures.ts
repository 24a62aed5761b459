import type { Ledger } from './ledger.ts';
import type { Broken } from './model/evidence.ts';

/** What is counted over all histories. */
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
  /** Milliseconds from the deadline until machines were told, sorted. */
  delays: number[];
  incidents: number;
  /** Notifications that people got, without repeats. */
  notifications: number;
  /** Of the incident with the most. */
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
    incidents: 0,
    notifications: 0,
    mostNotifications: 0,
    repeats: 0,
  };
}

/** Adds what was seen of one more history. */
export function addTo(figures: Figures, ledger: Ledger, broken: readonly Broken[]): void {
  figures.histories++;
  figures.items += new Set(
    ledger.asked.flatMap(({ request }) => ('item' in request ? `${request.workflow}/${request.item}` : [])),
  ).size;
  figures.requests += ledger.asked.length;
  figures.calls += ledger.calls;
  for (const [kind, count] of ledger.faults) figures.faults[kind] = (figures.faults[kind] ?? 0) + count;
  for (const { kind } of broken) figures.broken[kind]++;
  const overdue = new Map<string, number>();
  const told = new Map<string, Set<string>>();
  for (const one of ledger.published) {
    if (one.topic === 'machines' && one.message.event === 'item.overdue' && !overdue.has(one.message.id))
      overdue.set(one.message.id, one.at - Date.parse(one.message.deadline));
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

/** The number below which this share of sorted numbers is. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
