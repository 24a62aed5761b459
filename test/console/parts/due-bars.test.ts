import { expect, test } from 'vitest';
import { dueBars } from '../../../console/parts/due-bars.ts';
import { hourMs } from '../../../console/parts/periods.ts';

const now = Date.parse('2026-11-28T12:30:00Z');
const minute = 60_000;

test('of all items that are due, the chart has the next 12 hours', () => {
  const { to, values, count, isPart } = dueBars([now + minute, now + 90 * minute], { now, isPart: false });
  expect(to).toBe(now + 12 * hourMs);
  expect(values).toEqual([1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
  expect({ count, isPart }).toEqual({ count: 2, isPart: false });
  expect(dueBars([], { now, isPart: false })).toMatchObject({ to: now + 12 * hourMs, count: 0 });
});

test('of a part of the items, the chart ends at the deadline of the last one that was read', () => {
  // People are warned of the second before its deadline, so it is read before items that are due earlier.
  const deadlines = [now + minute, now + 40 * minute, now + 7 * minute, now + 12 * minute];
  const { to, values, count, isPart } = dueBars(deadlines, { now, isPart: true });
  expect(to).toBe(now + 12 * minute);
  expect(values).toEqual([0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1]);
  expect({ count, isPart }).toEqual({ count: 3, isPart: true });
});

test('a part of which all are due now has a chart of a minute', () => {
  const { to, values } = dueBars([now - 2_000, now - 1_000], { now, isPart: true });
  expect(to).toBe(now + minute);
  expect(values[0]).toBe(2);
});

test('a page without items that is not the last is as good as none', () => {
  expect(dueBars([], { now, isPart: true })).toMatchObject({ count: 0, isPart: false });
});
