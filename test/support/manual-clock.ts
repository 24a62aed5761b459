import type { Clock } from '../../core/clock.ts';

/** A clock that stands still until a test moves it. */
export class ManualClock implements Clock {
  #now: number;

  constructor(start: string | number = '2026-03-01T12:00:00.000Z') {
    this.#now = typeof start === 'number' ? start : Date.parse(start);
  }

  now(): number {
    return this.#now;
  }

  advance(ms: number): void {
    this.#now += ms;
  }

  set(time: string | number): void {
    this.#now = typeof time === 'number' ? time : Date.parse(time);
  }
}
