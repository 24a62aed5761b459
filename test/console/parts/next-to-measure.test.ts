import { expect, test } from 'vitest';
import { nextToMeasure } from '../../../console/parts/next-to-measure.ts';

/** The workflows that are counted at these times. */
function orderOf(seen: string[], times: number[], troubled: string[] = []): string[] {
  const asked = new Map<string, number>();
  return times.map((now) => {
    const next = nextToMeasure(seen, asked, now, (name) => troubled.includes(name));
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

test('a workflow with an incident is counted more often than the others, and these are counted too', () => {
  const seen = Array.from('abcdefgh');
  const polls = Array.from({ length: 40 }, (_, poll) => 100_000 + 5_000 * poll);
  const order = orderOf(seen, polls, ['h']).slice(4);
  const times = (name: string) => order.filter((counted) => counted === name).length;
  for (const name of seen.slice(0, -1)) {
    expect(times(name)).toBeGreaterThan(2);
    expect(times('h')).toBeGreaterThan(times(name));
  }
});
