import { setTimeout as sleep } from 'node:timers/promises';
import { Redrive } from '../../../core/contract/redrive.ts';
import type { Caller } from './caller.ts';

export interface Reading {
  /** When the request was sent and when the reply arrived, in milliseconds since the epoch. */
  askedAt: number;
  at: number;
  redrive: Redrive;
}

/** Requests the progress of a redrive all the time, whether there is a service or not. */
export class RedriveProgress {
  readonly readings: Reading[] = [];
  /** Requests without a reply. */
  unanswered = 0;
  /** Replies other than 200. */
  readonly refused: number[] = [];
  readonly #caller: Caller;
  readonly #path: string;
  #stopped = false;
  #running: Promise<void> | undefined;

  constructor(caller: Caller, path: string) {
    this.#caller = caller;
    this.#path = path;
  }

  start(): void {
    this.#running = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
  }

  get last(): Redrive | undefined {
    return this.readings.at(-1)?.redrive;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const askedAt = Date.now();
      try {
        const { status, json } = await this.#caller.request('GET', this.#path);
        if (status === 200) this.readings.push({ askedAt, at: Date.now(), redrive: Redrive.parse(json) });
        else this.refused.push(status);
      } catch (error) {
        // The connection was closed: the process was killed.
        if (!(error instanceof Error && 'code' in error)) throw error;
        this.unanswered++;
      }
      // Like a page for people, only more often. Without a pause these requests would be most of the work.
      await sleep(100);
    }
  }
}

/**
 * The contradictions in the progress of a redrive of this many items that nobody else changes. Each reply must add up,
 * and no count may go back, not even after a kill: the result of a page is written once.
 */
export function progressFaults(readings: readonly Reading[], matched: number): string[] {
  const faults: string[] = [];
  let before = 0;
  for (const { askedAt, at, redrive } of readings) {
    const { state, resumed = 0, skipped, failed, remaining, estimatedEnd, rate } = redrive;
    const say = (what: string) => faults.push(`${what}: ${JSON.stringify(redrive)}`);
    if (redrive.matched === undefined) {
      if (resumed + skipped + failed > 0 || remaining !== undefined) say('began before it was counted');
      if (before > 0) say('was counted again');
      continue;
    }
    if (redrive.matched !== matched) say(`matched not ${matched}`);
    if (resumed + skipped + failed + (remaining ?? Number.NaN) !== matched) say('does not add up');
    if (skipped + failed > 0) say('skipped or failed some');
    if (resumed < before) say(`went back from ${before}`);
    before = resumed;
    if ((state === 'running') !== (estimatedEnd !== undefined)) say('an end is known while it runs only');
    if (estimatedEnd !== undefined) {
      const left = Date.parse(estimatedEnd) - Math.ceil(((remaining ?? 0) / rate) * 1_000);
      if (left < askedAt || left > at) say(`its end is not that of what remains, asked ${askedAt} to ${at}`);
    }
    if (state === 'done' && remaining !== 0) say('done too early');
  }
  return faults;
}

/** Its progress during the pause: it finishes the current page and starts no other. */
export function pauseFaults(readings: readonly Reading[], resumedBefore: number): string[] {
  const paused = readings.filter(({ redrive }) => redrive.state === 'paused');
  const counts = new Set(paused.map(({ redrive }) => redrive.resumed ?? 0));
  counts.delete(resumedBefore);
  const page = Math.max(resumedBefore, ...counts) - resumedBefore;
  return counts.size > 1 || page > 100
    ? [`while it was paused it went from ${resumedBefore} to ${[...counts].join(', ')}`]
    : [];
}
