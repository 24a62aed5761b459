import * as z from 'zod/mini';

/** The budget that all notifications to people share, one for the whole deployment (docs/adr/0026). */
export const BudgetRecord = z.object({
  /** Grows with every change, so that no two functions spend the same part. */
  revision: z.int(),
  /** When the notifications of the last minute were sent, in ms since the epoch. */
  recent: z.array(z.number()),
});
export type BudgetRecord = z.infer<typeof BudgetRecord>;

/** SNS ends an e-mail subscription that receives more than 10 messages a second. */
export const mostNotifications = { perSecond: 5, perMinute: 20 } as const;

/** Kept for digests, so that notifications of single incidents never hold up the digest of all others. */
const reserved = { perSecond: 1, perMinute: 2 } as const;

/** A notification of one incident, or the digest of all notifications that were held back. */
export type Spending = 'notification' | 'digest';

const secondMs = 1_000;
const minuteMs = 60_000;

/**
 * Spends one notification: returns the times with this notification added, or when there may be room again, in ms since
 * the epoch. Times more than a minute ahead come from a clock that was wrong, and are dropped.
 */
export function spend(
  recent: readonly number[],
  what: Spending,
  now: number,
): { recent: number[] } | { roomAt: number } {
  const kept = recent.filter((at) => Math.abs(now - at) < minuteMs).toSorted((a, b) => a - b);
  const isDigest = what === 'digest';
  const perMinute = mostNotifications.perMinute - (isDigest ? 0 : reserved.perMinute);
  const perSecond = mostNotifications.perSecond - (isDigest ? 0 : reserved.perSecond);
  const [first] = kept.slice(-perMinute);
  if (kept.length >= perMinute && first !== undefined) return { roomAt: first + minuteMs };
  const [second] = kept.slice(-perSecond);
  if (kept.length >= perSecond && second !== undefined && Math.abs(now - second) < secondMs) {
    return { roomAt: second + secondMs };
  }
  return { recent: [...kept, now] };
}
