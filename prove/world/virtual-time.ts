import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../core/clock.ts';

interface Waiting {
  at: number;
  order: number;
  run: () => void;
}

/** Work that takes its time here, while it waits for one. */
export interface Task {
  readonly isWaiting: boolean;
}

/**
 * Time that passes only while nothing else can happen. Work that waits for a time is woken when the time comes, one at
 * a time and in order, so a simulation with the same draws takes the same course.
 */
export class VirtualTime implements Clock {
  #now: number;
  #busy = 0;
  #orders = 0;
  readonly #waiting: Waiting[] = [];
  readonly #tasks = new Set<Task>();

  /** @param now ms since the epoch */
  constructor(now: number) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  /** The same time on a clock that is ahead by this many milliseconds, or behind if the number is negative. */
  skewed(ms: number): Clock {
    return { now: () => this.#now + ms };
  }

  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.at(this.#now + ms, resolve));
  }

  /** Runs the work when the time has come. */
  at(at: number, run: () => void): void {
    this.#waiting.push({ at: Math.round(at), order: this.#orders++, run });
  }

  /** Time stands still while the task does anything but wait: even for a pause in real time. */
  begin(task: Task): void {
    this.#tasks.add(task);
  }

  end(task: Task): void {
    this.#tasks.delete(task);
  }

  /** Does work that takes no time here, and real time outside: a call to an engine. */
  async outside<Result>(work: () => Promise<Result>): Promise<Result> {
    this.#busy++;
    try {
      return await work();
    } finally {
      this.#busy--;
    }
  }

  /** Runs everything that is due by then, and ends at that time. */
  async runUntil(end: number): Promise<void> {
    for (;;) {
      await this.#idle();
      const next = this.#next();
      if (next === undefined || next.at > end) break;
      this.#waiting.splice(this.#waiting.indexOf(next), 1);
      this.#now = Math.max(this.#now, next.at);
      next.run();
    }
    this.#now = Math.max(this.#now, end);
  }

  #next(): Waiting | undefined {
    let first: Waiting | undefined;
    for (const one of this.#waiting) {
      if (first === undefined || one.at < first.at || (one.at === first.at && one.order < first.order))
        first = one;
    }
    return first;
  }

  /** Resolves when all work waits for a time. */
  async #idle(): Promise<void> {
    do await setImmediate();
    while (this.#busy > 0 || this.#tasks.values().some(({ isWaiting }) => !isWaiting));
  }
}
