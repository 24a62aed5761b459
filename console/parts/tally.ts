import type { ItemSummary } from '../../core/contract/item.ts';
import type { Filters } from './filters.ts';

/** The properties that lost items can have in common. */
export const groupKinds = ['step', 'reason', 'tag'] as const;
type GroupKind = (typeof groupKinds)[number];

/** Items that have something in common. */
export interface Group {
  kind: GroupKind;
  /** Undefined for items without a step. */
  value: string | undefined;
  count: number;
}

/** How many items were counted, and their groups by kind and value. */
export interface Tally {
  items: number;
  groups: ReadonlyMap<string, Group>;
}

export const nothingCounted: Tally = { items: 0, groups: new Map() };

/** The tally with these items too. */
export function counted({ items: before, groups }: Tally, items: readonly ItemSummary[]): Tally {
  const all = new Map(groups);
  const add = (kind: GroupKind, value: string | undefined) => {
    const key = `${kind} ${value ?? ''}`;
    all.set(key, { kind, value, count: (all.get(key)?.count ?? 0) + 1 });
  };
  for (const { step, lostAfter, failure, tags } of items) {
    // In the sense of the filter: a resumed item that is lost before it reaches a step counts by the last step of its
    // earlier attempt.
    add('step', step ?? lostAfter?.step);
    if (failure !== undefined) add('reason', failure.reason);
    for (const [key, value] of Object.entries(tags ?? {})) add('tag', `${key}:${value}`);
  }
  return { items: before + items.length, groups: all };
}

/** The heaviest groups of a kind, heaviest first. */
export function heaviest({ groups }: Tally, kind: GroupKind, most: number): Group[] {
  return [...groups.values()]
    .filter((group) => group.kind === kind)
    .toSorted((one, other) => other.count - one.count)
    .slice(0, most);
}

/** The filters that list exactly the counted items of a group. */
export function filtersOfGroup(filters: Filters, { kind, value }: Group): Filters {
  if (value === undefined) return { ...filters, started: false };
  if (kind !== 'tag') return { ...filters, [kind]: value };
  return { ...filters, tag: [...new Set([...(filters.tag ?? []), value])] };
}
