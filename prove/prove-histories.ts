import fc from 'fast-check';
import { addTo, type Figures, noFigures, sortDelays } from './figures.ts';
import { histories } from './history/draw-history.ts';
import type { History } from './history/history.ts';
import type { MemoryService } from './memory/connect-memory.ts';
import { check } from './model/check.ts';
import type { Broken } from './model/evidence.ts';
import { runHistory } from './run-history.ts';
import { startService } from './service.ts';

/** How long a history that breaks a promise is made smaller, in milliseconds. */
const shrunkWithinMs = 120_000;

/** A history that breaks a promise, as small as it could be made. */
export interface Counterexample {
  /** The number of the history. It is the same one in every run with the same seed. */
  number: number;
  history: History;
  broken: Broken[];
}

export interface ProvedHistories {
  figures: Figures;
  counterexamples: Counterexample[];
}

/** How far it is. */
export interface Done {
  histories: number;
  /** The numbers of the histories that break a promise. */
  brokenIn: number[];
}

export interface HistoriesOptions {
  seed: number;
  /** The number of the first history, and of the one after the last. */
  from?: number;
  to: number;
  /** From one number to the next; 1 by default. */
  step?: number;
  /** Called after each history. */
  onHistory?: (done: Done) => void;
  /** Stop after this many histories that break a promise. */
  mostBroken?: number;
  /** Whether a history that breaks a promise is made smaller; true by default. */
  shrinks?: boolean;
}

/** Runs random histories, and compares what was seen of each with the promises. */
export async function proveHistories(options: HistoriesOptions): Promise<ProvedHistories> {
  const { seed, from = 0, to, step = 1, onHistory = () => {}, mostBroken = 3, shrinks = true } = options;
  const figures = noFigures();
  const service = await startService();
  const counterexamples: Counterexample[] = [];
  for (let number = from; number < to && counterexamples.length < mostBroken; number += step) {
    const found = await proveOne(service, { seed, number, figures, shrinks });
    if (found) counterexamples.push(found);
    onHistory({
      histories: figures.histories,
      brokenIn: counterexamples.map(({ number: broken }) => broken),
    });
  }
  await service.close();
  sortDelays(figures);
  return { figures, counterexamples };
}

/** The seed of a history, which depends on its number only. */
function seedOf(seed: number, number: number): number {
  return (Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b)) | 0;
}

async function proveOne(
  service: MemoryService,
  { seed, number, figures, shrinks }: { seed: number; number: number; figures: Figures; shrinks: boolean },
): Promise<Counterexample | undefined> {
  // The promises broken by each history, and by the smaller histories after it.
  const failed: { history: History; broken: Broken[] }[] = [];
  let isFirst = true;
  let running: Promise<unknown> = Promise.resolve();
  const happen = async (history: History) => {
    const ledger = await runHistory(service, history);
    const broken = check(ledger);
    // Only the history itself is counted, not the smaller histories made from it.
    if (isFirst) addTo(figures, ledger, broken);
    isFirst = false;
    if (broken.length > 0) failed.push({ history, broken });
    return broken.length === 0;
  };
  const property = fc.asyncProperty(histories, (history) => {
    const isKept = happen(history);
    running = isKept;
    return isKept;
  });
  const result = await fc.check(property, {
    seed: seedOf(seed, number),
    numRuns: 1,
    endOnFailure: !shrinks,
    interruptAfterTimeLimit: shrunkWithinMs,
    markInterruptAsFailure: false,
  });
  // An interruption leaves a history running, and the next one needs the service for itself.
  await running.catch(() => {});
  const smallest = failed.at(-1);
  if (smallest !== undefined) return { number, ...smallest };
  // The world itself is broken: a history that was only slow would have ended by now.
  if (result.failed && !result.interrupted)
    throw result.errorInstance ?? new Error(`history ${number} cannot happen`);
  return undefined;
}
