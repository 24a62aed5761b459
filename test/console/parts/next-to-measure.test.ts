import { describe, expect, test } from 'vitest';
import { nextToMeasure } from '../../../console/parts/next-to-measure.ts';

/** The workflows that are counted at these times. */
function orderOf(seen: string[], times: number[], changes: Record<string, number> = {}): string[] {
  const asked = new Map<string, number>();
  return times.map((now) => {
    const next = nextToMeasure(seen, asked, now, (name) => {
      // An incident is known when it has changed.
      const change = changes[name];
      return change !== undefined && change <= now ? change : undefined;
    });
    for (const name of next) asked.set(name, now);
    return next.join(' ');
  });
}

test('those that were never counted are counted two at a time, then one, the oldest, and none within ten seconds', () => {
  expect(orderOf(['a', 'b', 'c'], [100_000, 101_000, 102_000, 110_000, 111_000, 112_000, 113_000])).toEqual([
    'a b',
    'c',
    '',
    'a',
    'b',
    'c',
    '',
  ]);
});

describe('of 24 workflows on the screen', () => {
  const seen = Array.from({ length: 24 }, (_, index) => `w${index}`);
  // The first twelve are rounds without a pause.
  const firstPoll = 100_000;
  const polls = [
    ...Array.from({ length: 12 }, () => firstPoll),
    ...Array.from({ length: 120 }, (_, poll) => firstPoll + 5_000 * (poll + 1)),
  ];
  const countedAt = (order: string[], name: string) =>
    polls.filter((_, poll) => order[poll]?.split(' ').includes(name));
  const gapsOf = (times: number[]) => times.slice(1).map((at, index) => at - (times[index] ?? 0));

  test('one with an incident is counted every ten seconds, and the calm ones in the polls between', () => {
    const order = orderOf(seen, polls, { w7: 1 });
    expect(order.slice(12).every((names) => !names.includes(' '))).toBe(true);
    expect(Math.max(...gapsOf(countedAt(order, 'w7')))).toBe(10_000);
    for (const calm of seen.filter((name) => name !== 'w7')) {
      expect(Math.max(...gapsOf(countedAt(order, calm)))).toBeLessThanOrEqual(24 * 10_000);
    }
  });

  test('one whose incident opens just after its count is counted at one of the next two polls', () => {
    for (const name of ['w0', 'w12', 'w23']) {
      const [, counted = 0] = countedAt(orderOf(seen, polls), name);
      const order = orderOf(seen, polls, { [name]: counted + 1_000 });
      const again = countedAt(order, name).find((at) => at > counted) ?? Infinity;
      expect(again - counted).toBeLessThanOrEqual(10_000);
    }
  });

  test('in a storm of 20, an incident that opens or changes comes before the other incidents', () => {
    const stormy = Object.fromEntries(seen.slice(0, 20).map((name) => [name, 1]));
    const [, counted = 0] = countedAt(orderOf(seen, polls, stormy), 'w9');
    const order = orderOf(seen, polls, { ...stormy, w9: counted + 1_000 });
    const again = countedAt(order, 'w9').find((at) => at > counted) ?? Infinity;
    expect(again - counted).toBeLessThanOrEqual(10_000);
    for (const calm of seen.slice(20)) expect(countedAt(order, calm).length).toBeGreaterThan(10);
    for (const one of seen.slice(0, 20)) {
      expect(Math.max(...gapsOf(countedAt(order, one)))).toBeLessThanOrEqual(21 * 10_000);
    }
  });
});
