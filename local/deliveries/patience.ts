/** Before anything was delivered, in milliseconds. */
const atFirst = 250;
const least = 100;
const most = 2_000;
/** A delivery that takes this many times as long as the average counts as hanging. */
const times = 3;
/** How much the latest delivery counts in the average. */
const weight = 0.2;

/** How long a delivery keeps its seat before it counts as hanging. If all deliveries are slow, they have longer. */
export class Patience {
  #averageMs: number | undefined;

  /** @param tookMs a delivery that succeeded */
  learn(tookMs: number): void {
    this.#averageMs =
      this.#averageMs === undefined ? tookMs : this.#averageMs + weight * (tookMs - this.#averageMs);
  }

  /** Milliseconds. */
  get ms(): number {
    if (this.#averageMs === undefined) return atFirst;
    return Math.min(most, Math.max(least, times * this.#averageMs));
  }
}
