import { type Clock, pause } from './clock.ts';
import { WardenError } from './warden-error.ts';

/**
 * The longest first pause, and the longest of all, in milliseconds. The limit doubles each time, and the pause is drawn
 * from 0 to the limit.
 */
const firstPauseMs = 100;
const longestPauseMs = 2_000;

export interface Patience {
  clock: Clock;
  random: () => number;
  /** The time limit of each try, in milliseconds. */
  tryTimeoutMs: number;
  /** When the last try ends at the latest, in ms since 1970. */
  until: number;
  signal?: AbortSignal | undefined;
  mayRetry: (error: WardenError) => boolean;
}

/**
 * Tries until a try succeeds, fails for good, or the time is up. Pauses are drawn at random (full jitter), so that many
 * callers do not come back together, and are at least as long as Retry-After asks. Throws the error of the last try.
 */
export async function withRetries<Value>(
  { clock, random, tryTimeoutMs, until, signal, mayRetry }: Patience,
  attempt: (ms: number) => Promise<Value>,
): Promise<Value> {
  for (let tries = 0; ; tries++) {
    try {
      // At least 1 ms: a late call fails by the time limit and needs no special case.
      return await attempt(Math.max(1, Math.min(tryTimeoutMs, until - clock.now())));
    } catch (error) {
      if (!(error instanceof WardenError) || !error.isTemporary || !mayRetry(error)) throw error;
      const most = Math.min(longestPauseMs, firstPauseMs * 2 ** tries);
      const ms = Math.max(random() * most, error.retryAfterMs ?? 0);
      if (clock.now() + ms >= until) throw error;
      await pause(clock, ms, signal);
    }
  }
}
