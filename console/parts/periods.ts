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

/** How many of these times, in ms since 1970, are in each of the hours from a time on. Earlier ones are in the first. */
export function byHour(times: readonly number[], { from, hours }: { from: number; hours: number }): number[] {
  const values = Array.from({ length: hours }, () => 0);
  for (const at of times) {
    const index = Math.max(0, Math.floor((at - from) / hourMs));
    if (index < hours) values[index] = (values[index] ?? 0) + 1;
  }
  return values;
}
