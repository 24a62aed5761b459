import type { ReplyOf } from '../../core/contract/calls.ts';

type Period = ReplyOf<'read-statistics'>['periods'][number];

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** A value for each of the last `count` periods, oldest first, also for those in which nothing happened. */
export function byPeriod(
  periods: readonly Period[],
  { ms, count, now }: { ms: number; count: number; now: number },
  of: (period: Period) => number,
): number[] {
  const first = Math.floor(now / ms) - count + 1;
  const values = Array.from({ length: count }, () => 0);
  for (const period of periods) {
    const index = Math.floor(Date.parse(period.from) / ms) - first;
    if (index >= 0 && index < count) values[index] = of(period);
  }
  return values;
}

/**
 * How many of these times, in ms since 1970, are in each of `count` equal parts of a span. Times before the span count
 * in the first part, a time at its end in the last part, and times after it in none.
 */
export function bySlot(
  times: readonly number[],
  { from, to, count }: { from: number; to: number; count: number },
): number[] {
  const values = Array.from({ length: count }, () => 0);
  for (const at of times) {
    if (at > to) continue;
    const index = Math.floor(((at - from) / (to - from)) * count);
    const slot = Math.min(count - 1, Math.max(0, index));
    values[slot] = (values[slot] ?? 0) + 1;
  }
  return values;
}
