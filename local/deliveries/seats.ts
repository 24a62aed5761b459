/** A delivery under way. */
export interface Seat {
  leave(): void;
}

/** Deliveries that hang at the same time without holding up others. */
const mostAside = 20;
/** From one try to go aside to the next if all places there are taken, in milliseconds. */
const againAfterMs = 50;

/**
 * Seats for deliveries that work at the same time. A delivery that hangs goes aside, so that its seat is free for the
 * next one, and a message that hung before starts aside: it holds up only itself (P8).
 */
export class Seats {
  readonly #total: number;
  #taken = 0;
  #aside = 0;
  #waiting: (() => void)[] = [];

  constructor(total: number) {
    this.#total = total;
  }

  get free(): number {
    return Math.max(0, this.#total - this.#taken);
  }

  /** @param patienceMs how long until the delivery counts as hanging */
  take(patienceMs: number): Seat {
    this.#taken++;
    let isAside = false;
    const goAside = () => {
      if (this.#aside >= mostAside) {
        timer = setTimeout(goAside, againAfterMs);
        return;
      }
      isAside = true;
      this.#aside++;
      this.#release();
    };
    let timer = setTimeout(goAside, patienceMs);
    return {
      leave: () => {
        clearTimeout(timer);
        if (isAside) this.#aside--;
        else this.#release();
      },
    };
  }

  /** Undefined if all places aside are taken. */
  takeAside(): Seat | undefined {
    if (this.#aside >= mostAside) return undefined;
    this.#aside++;
    return { leave: () => void this.#aside-- };
  }

  /** Resolves when a seat is free, or when the signal aborts. */
  async untilFree(signal: AbortSignal): Promise<void> {
    while (this.free === 0 && !signal.aborted) {
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
    }
  }

  #release(): void {
    this.#taken--;
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
