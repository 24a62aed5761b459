import type { Clock } from '../../client/clock.ts';
import { ManualClock } from './manual-clock.ts';

/** A clock whose timers fire when a test moves it; timers of 0 ms fire at once. */
export class HandMovedTimers extends ManualClock implements Clock {
  readonly #timers = new Set<{ at: number; run: () => void }>();

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.now() + ms, run };
    this.#timers.add(timer);
    if (ms <= 0) setImmediate(() => this.#timers.delete(timer) && run());
    return () => this.#timers.delete(timer);
  }

  /** Timers that have not fired and are not cancelled. */
  get waiting(): number {
    return this.#timers.size;
  }

  /**
   * Moves to each timer in turn. Between two timers the effects of the first happen: as far as they do not wait for the
   * network, or until `settle` resolves.
   */
  async pass(ms: number, settle = (): Promise<unknown> => new Promise(setImmediate)): Promise<void> {
    const end = this.now() + ms;
    for (;;) {
      await settle();
      const [next] = [...this.#timers].sort((a, b) => a.at - b.at);
      if (!next || next.at > end) break;
      this.#timers.delete(next);
      this.set(Math.max(next.at, this.now()));
      next.run();
    }
    this.set(end);
  }
}
