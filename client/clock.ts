/** The time, and calls at a later time. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /**
   * Calls `run` in `ms` milliseconds. Returns a function that cancels the call. `inBackground`: a process that has nothing
   * else to do ends without waiting for it.
   */
  after(ms: number, run: () => void, options?: { inBackground?: boolean }): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, run, { inBackground = false } = {}) => {
    // Browsers return a number, Node an object.
    const timer: number | { unref?: () => void } = setTimeout(run, ms);
    if (inBackground && typeof timer === 'object') timer.unref?.();
    return () => clearTimeout(timer as Parameters<typeof clearTimeout>[0]);
  },
};

/** Resolves after `ms` milliseconds, or at once when the signal is aborted. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = () => {
      cancel();
      signal?.removeEventListener('abort', end);
      resolve();
    };
    const cancel = clock.after(ms, end);
    signal?.addEventListener('abort', end);
  });
}
