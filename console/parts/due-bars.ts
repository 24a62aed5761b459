import { bySlot, hourMs } from './periods.ts';

export const dueHours = 12;
/** A last item that is due right now still needs an axis. */
const leastMs = 60_000;

export interface DueBars {
  /** The end of the drawn time, in ms since 1970. */
  to: number;
  values: number[];
  /** How many items are drawn. */
  count: number;
  /** Whether there are items after that. */
  isPart: boolean;
}

/**
 * How many items are due in each hour. If only a part of the items was read, how many are due in each twelfth of the
 * time up to the last deadline: an empty bar after that would say that nothing is due then.
 *
 * @param deadlines in ms since 1970, in order of the next checks of their items
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
