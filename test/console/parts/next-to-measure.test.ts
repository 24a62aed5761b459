import { expect, test } from 'vitest';
import { nextToMeasure } from '../../../console/parts/next-to-measure.ts';

test('two at a time are counted: those that never were, then the oldest, none within ten seconds', () => {
  const asked = new Map<string, number>();
  const seen = ['a', 'b', 'c'];
  const order: string[][] = [];
  for (const now of [100_000, 101_000, 102_000, 111_000, 112_000]) {
    const next = nextToMeasure(seen, asked, now);
    for (const name of next) asked.set(name, now);
    order.push(next);
  }
  expect(order).toEqual([['a', 'b'], ['c'], [], ['a', 'b'], ['c']]);
});
