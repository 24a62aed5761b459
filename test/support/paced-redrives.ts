import type { Warden } from './warden.ts';

/** Redrives that keep their rate on a clock that is moved by hand, so that a test can act while they run. */
export class PacedRedrives {
  readonly #warden: Warden;
  #waits: { at: number; end: () => void }[] = [];
  #running: Promise<void> | undefined;
  #changed: () => void = () => {};

  constructor(warden: Warden) {
    this.#warden = warden;
    const { service } = warden.aws;
    service.publishRetry = { retries: 6, minTimeout: 0, maxTimeout: 1 };
    service.wait = (ms) =>
      new Promise<void>((end) => {
        this.#waits.push({ at: warden.clock.now() + ms, end });
        this.#changed();
      });
  }

  /** Moves the clock; at each moment at which a redrive continues, it works until it waits again. */
  async pass(ms: number): Promise<void> {
    const { clock } = this.#warden;
    const until = clock.now() + ms;
    await this.#settle();
    for (;;) {
      const [next] = this.#waits.toSorted((a, b) => a.at - b.at);
      if (next === undefined || next.at > until) break;
      this.#waits = this.#waits.filter((wait) => wait !== next);
      await this.#warden.pass(Math.max(0, next.at - clock.now()));
      next.end();
      await this.#settle();
    }
    await this.#warden.pass(Math.max(0, until - clock.now()));
  }

  /** Resolves when the redrives wait, or none is left. */
  async #settle(): Promise<void> {
    this.#running ??= this.#warden.functions.runRedrives().finally(() => {
      this.#running = undefined;
      this.#changed();
    });
    while (this.#running !== undefined && this.#waits.length === 0) {
      await new Promise<void>((resolve) => {
        this.#changed = resolve;
      });
    }
  }
}
