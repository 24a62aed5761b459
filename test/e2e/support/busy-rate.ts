/** How much is done at a time, in milliseconds since the epoch. */
export interface Done {
  at: number;
  count: number;
}

/** A time in which nothing could be done, in milliseconds since the epoch. */
export interface Halt {
  from: number;
  until: number;
}

/**
 * How much is done a second between the first and the last growth of the count. Only the halts are left out: every
 * other stall counts.
 */
export function perSecond(progress: readonly Done[], halts: readonly Halt[]): number {
  const growing = progress.filter(({ count }, index) => count > (progress[index - 1]?.count ?? 0));
  const [first, last] = [growing.at(0), growing.at(-1)];
  if (first === undefined || last === undefined) return 0;
  const halted = halts.map(({ from, until }) =>
    Math.max(0, Math.min(until, last.at) - Math.max(from, first.at)),
  );
  const busyMs = last.at - first.at - halted.reduce((sum, ms) => sum + ms, 0);
  return ((last.count - first.count) / busyMs) * 1_000;
}
