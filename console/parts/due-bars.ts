import { bySlot, hourMs } from './periods.ts';

export const dueHours = 12;
/** A last item that is due right now still needs an axis. */
const leastMs = 60_000;

export interface DueBars {
  /** Up to when they are drawn, in ms since 1970. */
  to: number;
  values: number[];
  /** How many items are drawn. */
  count: number;
  /** Whether there are items after that. */
  isPart: boolean;
}

/**
 * How many items are due in each hour. Of a part of the items, in each twelfth of the time up to the deadline of the last one:
 * an empty bar after it would say that nothing is due then.
 *
 * @param deadlines in ms since 1970, those of items that are checked earlier first
 */
export function dueBars(
  deadlines: readonly number[],
  { now, isPart }: { now: number; isPart: boolean },
): DueBars {
  const last = deadlines.at(-1);
  const isCut = isPart && last !== undefined;
  const to = isCut ? Math.max(last, now + leastMs) : now + dueHours * hourMs;
  const values = bySlot(deadlines, { from: now, to, count: dueHours });
  return { to, values, count: values.reduce((sum, value) => sum + value, 0), isPart: isCut };
}
