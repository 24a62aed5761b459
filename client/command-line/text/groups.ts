import type { ItemSummary } from '../../../core/contract/item.ts';
import { shareText } from '../../../core/contract/number-text.ts';
import { type Column, tableText } from './table.ts';

export const groupNames = ['step', 'reason', 'type', 'tag', 'state'] as const;
export type GroupName = (typeof groupNames)[number];

export interface Group {
  /** Undefined for the group of items without a value. */
  value: string | undefined;
  count: number;
}

/** What items have in common, the most frequent first. An item with several tags is in several groups. */
export function groupsOf(items: readonly ItemSummary[], name: GroupName): Group[] {
  const counts = new Map<string | undefined, number>();
  for (const value of items.flatMap((item) => valuesOf(item, name))) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => b.count - a.count);
}

function valuesOf(item: ItemSummary, name: GroupName): (string | undefined)[] {
  switch (name) {
    case 'step':
      return [item.step ?? item.lostAfter?.step];
    case 'reason':
      return [item.failure?.reason];
    case 'type':
      return [item.failure?.type];
    case 'state':
      return [item.state];
    case 'tag': {
      const tags = Object.entries(item.tags).map(([key, value]) => `${key}:${value}`);
      return tags.length === 0 ? [undefined] : tags;
    }
  }
}

/** A table of groups. */
export function groupsText(
  groups: readonly Group[],
  name: GroupName,
  of: number,
  width: number | undefined,
): string {
  const columns: Column<Group>[] = [
    { title: 'ITEMS', rank: 0, align: 'right', cell: ({ count }) => shareText(count, of) },
    { title: name.toUpperCase(), rank: 1, cell: ({ value }) => value ?? `(no ${name})` },
  ];
  return tableText(columns, groups, width);
}
