import { setTimeout as sleep } from 'node:timers/promises';
import { Redrive } from '../../../core/contract/redrive.ts';
import type { Caller } from './caller.ts';

export interface Reading {
  /** When it was asked for, and when the answer was there, in milliseconds since the epoch. */
  askedAt: number;
  at: number;
  redrive: Redrive;
}

/** Asks for the progress of a redrive all the time, whether or not there is a service to answer. */
export class RedriveProgress {
  readonly readings: Reading[] = [];
  /** Questions that nobody answered. */
  unanswered = 0;
  /** Answers other than 200. */
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
        // The connection broke: the process was killed.
        if (!(error instanceof Error && 'code' in error)) throw error;
        this.unanswered++;
      }
      // As a person's page would, only oftener: without a pause these questions would be most of the work.
      await sleep(100);
    }
  }
}

/**
 * What is wrong with the progress that was told of a redrive of so many items, none of which anybody else touches. It
 * adds up in each answer, and never goes back, not even after a kill: what a page came to is written once.
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

/** What became of it while it was paused: it takes the page that is under way to its end, and no other. */
export function pauseFaults(readings: readonly Reading[], resumedBefore: number): string[] {
  const paused = readings.filter(({ redrive }) => redrive.state === 'paused');
  const counts = new Set(paused.map(({ redrive }) => redrive.resumed ?? 0));
  counts.delete(resumedBefore);
  const page = Math.max(resumedBefore, ...counts) - resumedBefore;
  return counts.size > 1 || page > 100
    ? [`while it was paused it went from ${resumedBefore} to ${[...counts].join(', ')}`]
    : [];
}
