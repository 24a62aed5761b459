/** The first and the longest pause after a failed round, in milliseconds. */
const firstBackoffMs = 1_000;
const mostBackoffMs = 30_000;

export interface PollingLoopOptions {
  /** One round. It rejects when the signal aborts its wait. */
  round: (signal: AbortSignal) => Promise<unknown>;
  /** Called with the error of a failed round. The next round starts after 1, 2, 4 … 30 s. */
  onError: (error: unknown) => void;
}

/** Repeats a round until it is stopped, even if rounds fail. */
export class PollingLoop {
  readonly #options: PollingLoopOptions;
  #stopping = new AbortController();
  #running: Promise<void> | undefined;

  constructor(options: PollingLoopOptions) {
    this.#options = options;
  }

  /** Resolves once the loop is stopped. A loop that is already running continues. */
  run(): Promise<void> {
    if (!this.#running) {
      this.#stopping = new AbortController();
      this.#running = this.#repeat(this.#stopping.signal).finally(() => {
        this.#running = undefined;
      });
    }
    return this.#running;
  }

  /** Aborts the wait. Resolves once the current round has ended. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #repeat(signal: AbortSignal): Promise<void> {
    let backoffMs = firstBackoffMs;
    while (!signal.aborted) {
      try {
        await this.#options.round(signal);
        backoffMs = firstBackoffMs;
      } catch (error) {
        if (signal.aborted && error instanceof Error && error.name === 'AbortError') return;
        this.#options.onError(error);
        await pause(backoffMs, signal);
        backoffMs = Math.min(backoffMs * 2, mostBackoffMs);
      }
    }
  }
}

/** Waits this many milliseconds, or until the signal aborts the wait. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}
