/** The clocks of functions are this far from the real time at most, in milliseconds. */
export const mostSkewMs = 5_000;
/** A timer counts as lost this long after its item should have been checked, in milliseconds. */
export const lostAfterMs = 120_000;
/** A secondary index shows a write within this, in milliseconds. */
export const indexLagMs = 30_000;
/** Without a sweep for this long, the service itself was down: items that became due meanwhile have a grace period. */
export const outageMs = 300_000 - 2 * mostSkewMs;
export const graceMs = 120_000;
/**
 * An incident ends 40 s after the last report at the earliest. A report that says nothing new is not recorded for 10 s,
 * and three clocks take part: the clocks of the report, of the report before it, and of the sweep.
 */
export const leastQuietMs = 40_000 - 10_000 - 2 * mostSkewMs;

/** A time of day, to the millisecond. */
export function at(time: number): string {
  return Number.isFinite(time) ? new Date(time).toISOString().slice(11, 23) : 'never';
}
