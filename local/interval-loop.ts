import { PollingLoop, pause } from './event-source/polling-loop.ts';

export interface IntervalLoopOptions {
  work: () => Promise<unknown>;
  /** Milliseconds from the end of one round to the start of the next. */
  everyMs: number;
  /** The same after a round that failed; `everyMs` if it is left out. */
  afterFailureMs?: number;
  /** Called with the error of a failed round. The next round still runs. */
  onError: (error: unknown) => void;
}

/**
 * Replaces the schedules of AWS: does work at an interval, one round at a time. The first round comes after one
 * interval.
 */
export function intervalLoop(options: IntervalLoopOptions): PollingLoop {
  // A failed sweep has done everything else, so the next one need not wait longer.
  const { work, everyMs, afterFailureMs = everyMs, onError } = options;
  let waitMs = everyMs;
  return new PollingLoop({
    onError,
    round: async (signal) => {
      await pause(waitMs, signal);
      if (signal.aborted) return;
      waitMs = everyMs;
      await work().catch((error) => {
        waitMs = afterFailureMs;
        onError(error);
      });
    },
  });
}
