/**
 * The pause before the next attempt, in seconds: 1, 2, 4 … 60. Never 0: with a data directory fauxqs answers
 * ChangeMessageVisibility(0) with a 500 and hides the message until it is started again.
 */
export function retryAfterSeconds(attempts: number): number {
  return Math.min(60, 2 ** Math.max(0, attempts - 1));
}
