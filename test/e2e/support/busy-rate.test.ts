import { expect, test } from 'vitest';
import { perSecond } from './busy-rate.ts';

const progress = [
  { at: 0, count: 0 },
  { at: 1_000, count: 100 },
  { at: 2_000, count: 600 },
  { at: 9_000, count: 600 },
  { at: 11_000, count: 1_100 },
  { at: 20_000, count: 1_100 },
];

test('a stall counts, however long it is', () => {
  expect(perSecond(progress, [])).toBe(100);
});

test('a halt does not count, and only the part of it between the first growth and the last', () => {
  expect(perSecond(progress, [{ from: 3_000, until: 8_000 }])).toBe(200);
  expect(perSecond(progress, [{ from: -4_000, until: 1_000 }])).toBe(100);
  expect(perSecond(progress, [{ from: 11_000, until: 15_000 }])).toBe(100);
});

test('nothing was done', () => {
  expect(perSecond([], [])).toBe(0);
  expect(perSecond([{ at: 0, count: 0 }], [])).toBe(0);
});
