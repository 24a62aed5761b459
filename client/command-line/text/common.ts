import type { ItemSummary } from '../../../core/contract/item.ts';
import { shareText } from '../../../core/contract/number-text.ts';
import { type Group, groupsOf } from './groups.ts';
import { shellQuoted } from './shell.ts';
import { tableText } from './table.ts';

interface Line extends Group {
  what: string;
  filter: string;
}

const mostOfEach = 5;

/** What items have in common: step, reason, and the tags that more than half of them have, each with its filter. */
export function commonText(items: readonly ItemSummary[], width: number | undefined): string {
  const lines: Line[] = [
    ...groupsOf(items, 'step').map(({ value, count }) =>
      value === undefined
        ? { value, count, what: 'before any step', filter: '--not-started' }
        : { value, count, what: `after ${value}`, filter: flag('step', value) },
    ),
    ...shown(items, 'reason').map((group) => ({
      ...group,
      what: group.value,
      filter: flag('reason', group.value),
    })),
    ...shown(items, 'tag')
      .filter(({ count }) => count > items.length / 2)
      .map((group) => ({ ...group, what: group.value, filter: flag('tag', group.value) })),
  ];
  return tableText(
    [
      { title: 'ITEMS', rank: 0, align: 'right', cell: ({ count }) => shareText(count, items.length) },
      { title: 'IN COMMON', rank: 2, cell: ({ what }) => what },
      { title: 'FILTER', rank: 1, cell: ({ filter }) => filter },
    ],
    lines,
    width,
  );
}

/** Groups of items that have a value. */
function shown(items: readonly ItemSummary[], name: 'reason' | 'tag'): { value: string; count: number }[] {
  return groupsOf(items, name)
    .flatMap(({ value, count }) => (value === undefined ? [] : [{ value, count }]))
    .slice(0, mostOfEach);
}

function flag(name: string, value: string): string {
  // The service compares a part of a reason: its first line is enough, and can be pasted.
  return `--${name} ${shellQuoted(value.split('\n')[0] ?? value)}`;
}
