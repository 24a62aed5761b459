import { expect, test } from 'vitest';
import { counted, filtersOfGroup, heaviest, nothingCounted } from '../../../console/parts/tally.ts';
import type { ItemSummary } from '../../../core/contract/item.ts';

const item = (of: Partial<ItemSummary>) => of as ItemSummary;
const items = [
  item({ step: 'charged', tags: { region: 'eu' }, failure: { reason: 'No space', at: '' } }),
  item({ step: 'charged', tags: { region: 'us' } }),
  item({ lostAfter: { step: 'charged', attempt: 1 }, tags: { region: 'eu' } }),
  item({ tags: {} }),
];

test('counts steps, reasons and tags over all pages, and says which are heaviest', () => {
  const tally = counted(counted(nothingCounted, items.slice(0, 1)), items.slice(1));
  expect(tally.items).toBe(4);
  expect(heaviest(tally, 'step', 5)).toEqual([
    { kind: 'step', value: 'charged', count: 3 },
    { kind: 'step', value: undefined, count: 1 },
  ]);
  expect(heaviest(tally, 'tag', 1)).toEqual([{ kind: 'tag', value: 'region:eu', count: 2 }]);
  expect(heaviest(tally, 'reason', 5)).toEqual([{ kind: 'reason', value: 'No space', count: 1 }]);
});

test('a group adds its filter to those that there are', () => {
  const filters = { state: ['overdue' as const], tag: ['region:eu'] };
  expect(filtersOfGroup(filters, { kind: 'tag', value: 'customer:acme', count: 1 })).toEqual({
    ...filters,
    tag: ['region:eu', 'customer:acme'],
  });
  expect(filtersOfGroup(filters, { kind: 'step', value: undefined, count: 1 })).toEqual({
    ...filters,
    started: false,
  });
  expect(filtersOfGroup(filters, { kind: 'reason', value: 'full', count: 1 }).reason).toBe('full');
});
