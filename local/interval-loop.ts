import { PollingLoop, pause } from './event-source/polling-loop.ts';

export interface IntervalLoopOptions {
  work: () => Promise<unknown>;
  /** Milliseconds from the end of one round of work to the beginning of the next. */
  everyMs: number;
  /** Why a round failed. The next one comes all the same. */
  onError: (error: unknown) => void;
}

/** What a schedule does on AWS: works again and again, one round at a time. The first comes after a pause. */
export function intervalLoop({ work, everyMs, onError }: IntervalLoopOptions): PollingLoop {
  return new PollingLoop({
    onError,
    round: async (signal) => {
      await pause(everyMs, signal);
      // A sweep has done all that it could when it fails: there is no reason for the next one to wait for longer.
      if (!signal.aborted) await work().catch(onError);
    },
  });
}
