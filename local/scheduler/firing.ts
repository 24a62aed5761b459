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
  #waking = false;
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
    const free = parallelSends - this.#sending.size;
    if (free === 0) return Number.POSITIVE_INFINITY;
    const due: DueSchedule[] = [];
    let nextAt = Number.POSITIVE_INFINITY;
    for (const one of this.#parts.store.waiting((group, name) => this.#sending.has(keyOf(group, name)))) {
      if (one.nextAttemptAt > now) nextAt = one.nextAttemptAt;
      else due.push(one);
      if (one.nextAttemptAt > now || due.length === free) break;
    }
    for (const one of due) this.#start(one);
    return nextAt;
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
        this.#wakeSoon();
      });
    this.#sending.set(key, ended);
  }

  /** Sends that were committed together end together: one search for due schedules then serves all of them. */
  #wakeSoon(): void {
    if (this.#waking) return;
    this.#waking = true;
    queueMicrotask(() => {
      this.#waking = false;
      this.wake();
    });
  }

  #pause(error: unknown): void {
    this.#parts.onError(error);
    this.#pausedUntil = this.#parts.clock.now() + pauseAfterFailureMs;
    clearTimeout(this.#timer);
    if (this.#running && !this.#closed) this.#timer = setTimeout(() => this.wake(), pauseAfterFailureMs);
  }
}

const keyOf = (group: unknown, name: unknown) => `${group}/${name}`;
