import { PollingLoop, pause } from './event-source/polling-loop.ts';

export interface SweepLoopOptions {
  sweep: () => Promise<void>;
  /** Milliseconds from the end of one sweep to the beginning of the next. */
  everyMs: number;
  /** Why a sweep failed. The next one comes all the same. */
  onError: (error: unknown) => void;
}

/** What the schedule of one minute does on AWS: sweeps again and again, one at a time. The first comes after a pause. */
export function sweepLoop({ sweep, everyMs, onError }: SweepLoopOptions): PollingLoop {
  return new PollingLoop({
    onError,
    round: async (signal) => {
      await pause(everyMs, signal);
      // A sweep has done all that it could when it fails: there is no reason for the next one to wait for longer.
      if (!signal.aborted) await sweep().catch(onError);
    },
  });
}
