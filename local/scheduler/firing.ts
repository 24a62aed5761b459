import { type DeliveryParts, deliver } from './delivery.ts';
import type { DueSchedule } from './due-store.ts';

const parallelSends = 32;
// setTimeout fires at once if the time is more than 24.8 days away, and after a laptop has slept the clock must be read
// again.
const longestWaitMs = 60_000;
// After a failure such as a full disk, wait before the same messages are sent again.
const pauseAfterFailureMs = 60_000;

/** Sends due schedules in order of time, up to 32 at once, and each schedule only once at a time. */
export class Firing {
  readonly #parts: DeliveryParts;
  readonly #sending = new Map<string, Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #running = false;
  #closed = false;
  #waiting = 0;
  #delivered = 0;
  #pausedUntil = Number.NEGATIVE_INFINITY;

  constructor(parts: DeliveryParts) {
    this.#parts = parts;
  }

  /** Sends by itself from now on. */
  run(): void {
    this.#running = true;
    this.wake();
  }

  /** Call this when the next due schedule may have changed. */
  wake(): void {
    clearTimeout(this.#timer);
    if (this.#closed || (!this.#running && this.#waiting === 0)) return;
    try {
      const nextAt = this.#startDue();
      if (!this.#running) return;
      const wait = Math.min(nextAt - this.#parts.clock.now(), longestWaitMs);
      this.#timer = setTimeout(() => this.wake(), Math.max(wait, 0));
    } catch (error) {
      this.#pause(error);
    }
  }

  /**
   * Sends everything that is due now. Resolves when nothing remains, to the number of messages that queues accepted.
   */
  async fireDue(): Promise<number> {
    const before = this.#delivered;
    this.#waiting += 1;
    try {
      this.wake();
      while (this.#sending.size > 0) await Promise.all(this.#sending.values());
    } finally {
      this.#waiting -= 1;
    }
    return this.#delivered - before;
  }

  /** Starts no further sends. Resolves when the current ones have ended. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    await Promise.all(this.#sending.values());
  }

  /** Returns when to continue, in milliseconds since the epoch. The end of a send continues as well. */
  #startDue(): number {
    const now = this.#parts.clock.now();
    if (now < this.#pausedUntil) return this.#pausedUntil;
    while (this.#sending.size < parallelSends) {
      const next = this.#parts.store.next((group, name) => this.#sending.has(keyOf(group, name)));
      if (next === undefined) break;
      if (next.next_attempt_at > now) return next.next_attempt_at;
      this.#start(this.#parts.store.load(next.id));
    }
    return Number.POSITIVE_INFINITY;
  }

  #start(due: DueSchedule): void {
    const key = keyOf(due.group, due.name);
    const ended = deliver(this.#parts, due)
      .then((taken) => {
        if (taken) this.#delivered += 1;
      })
      .catch((error) => this.#pause(error))
      .finally(() => {
        this.#sending.delete(key);
        this.wake();
      });
    this.#sending.set(key, ended);
  }

  #pause(error: unknown): void {
    this.#parts.onError(error);
    this.#pausedUntil = this.#parts.clock.now() + pauseAfterFailureMs;
    clearTimeout(this.#timer);
    if (this.#running && !this.#closed) this.#timer = setTimeout(() => this.wake(), pauseAfterFailureMs);
  }
}

const keyOf = (group: unknown, name: unknown) => `${group}/${name}`;
