import type { Clock } from './clock.ts';
import { WardenError } from './warden-error.ts';

/** Failed tries in a row that open the circuit. */
const failuresToOpen = 5;
/** How long it stays open at first, and at most. Each failed try doubles the time. */
const firstOpenMs = 1_000;
const longestOpenMs = 30_000;

/**
 * Lets calls to an unreachable warden fail at once. After some failures in a row the circuit is open: calls fail without a
 * try. After a while one call tries; if it succeeds, the circuit is closed again.
 */
export class Circuit {
  readonly #clock: Clock;
  readonly #random: () => number;
  #failures = 0;
  /** When the next call may try, in ms since 1970; undefined while the circuit is closed. */
  #triedAgainAt: number | undefined;
  #openMs = firstOpenMs;
  #isTrying = false;
  /** Is called when the warden is reached again. */
  onClosed: () => void = () => {};

  constructor(clock: Clock, random: () => number) {
    this.#clock = clock;
    this.#random = random;
  }

  get isOpen(): boolean {
    return this.#triedAgainAt !== undefined;
  }

  /**
   * Makes one try. Throws a WardenError `unreachable` without a try while the circuit is open, unless `insists`.
   */
  async run<Value>(attempt: () => Promise<Value>, { insists = false } = {}): Promise<Value> {
    const isTrial = this.isOpen;
    if (isTrial && !insists) this.#admit();
    this.#isTrying ||= isTrial;
    try {
      const value = await attempt();
      this.#close();
      return value;
    } catch (error) {
      this.#judge(error, isTrial);
      throw error;
    } finally {
      if (isTrial) this.#isTrying = false;
    }
  }

  #admit(): void {
    const inMs = (this.#triedAgainAt ?? 0) - this.#clock.now();
    if (inMs <= 0 && !this.#isTrying) return;
    const when = inMs > 0 ? `in ${Math.ceil(inMs / 1000)} s` : 'after the call that is under way';
    throw new WardenError(
      'unreachable',
      `the last calls to the warden failed, so this one was not sent; the next is sent ${when}`,
    );
  }

  #judge(error: unknown, isTrial: boolean): void {
    if (!(error instanceof WardenError) || error.code === 'aborted') return;
    const { status = 0 } = error;
    // The warden can be reached but has no time, or has a fault that may concern only this item (P8).
    if (status === 429 || error.code === 'internal-error') return;
    if (error.isTemporary) this.#fail(isTrial);
    else if (error.problem !== undefined) this.#close();
  }

  #close(): void {
    const wasOpen = this.isOpen;
    this.#failures = 0;
    this.#openMs = firstOpenMs;
    this.#triedAgainAt = undefined;
    if (wasOpen) this.onClosed();
  }

  #fail(isTrial: boolean): void {
    this.#failures++;
    // A call that began before the circuit opened does not count.
    if (this.isOpen ? !isTrial : this.#failures < failuresToOpen) return;
    // Many clients that lost the connection together do not come back together.
    this.#triedAgainAt = this.#clock.now() + this.#openMs * (0.5 + this.#random() / 2);
    this.#openMs = Math.min(this.#openMs * 2, longestOpenMs);
  }
}
