import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** The random draws of this run, and which part of the enumerated faults it takes. */
    draws: Draws;
  }
}

export interface Draws {
  /** Every number that a test draws at random follows from the seed. */
  seed: number;
  /** The number of the part, from 0 on, or all. */
  faults: number | 'all';
  /** The size of storms, outages and exports: enough to find faults, or with SIZE=full the promised size. */
  size: Size;
}

export type Size = 'usual' | 'full';

/**
 * Enumerated faults are divided into this many parts. A run takes one of them, so that the test command stays short.
 */
export const parts = 4;

/**
 * Draws once for the whole run, and prints the result first. The result of SEED, FAULTS and SIZE is the same on every
 * machine. Without FAULTS the part follows from the day, so that all parts are taken within four days, wherever tests
 * run.
 */
export default function setup(project: TestProject): () => void {
  const { SEED, FAULTS, SIZE } = process.env;
  const draws = { seed: seedOf(SEED), faults: faultsOf(FAULTS, new Date()), size: sizeOf(SIZE) };
  project.provide('draws', draws);
  const which = draws.faults === 'all' ? 'all faults' : `part ${draws.faults} of faults (0 to ${parts - 1})`;
  process.stdout.write(`draws: seed ${draws.seed}, ${which}, ${draws.size} size\n`);
  return () => {
    if (project.vitest.state.getCountOfFailedTests() === 0) return;
    process.stdout.write(
      `to repeat what was drawn: SEED=${draws.seed} FAULTS=${draws.faults} SIZE=${draws.size} npx vitest run <file>\n`,
    );
  };
}

/** Throws an error that names the allowed values. */
export function seedOf(text: string | undefined): number {
  if (text === undefined || text === '') return Math.floor(Math.random() * 2 ** 31);
  if (!/^\d{1,10}$/.test(text) || Number(text) >= 2 ** 31) {
    throw new Error(`SEED is ${text}; it must be a whole number from 0 to ${2 ** 31 - 1}`);
  }
  return Number(text);
}

/** The requested part, or the part of the day in UTC. Throws an error that names the allowed values. */
export function faultsOf(text: string | undefined, now: Date): Draws['faults'] {
  if (text === 'all') return 'all';
  if (text === undefined || text === '') return Math.floor(now.getTime() / 86_400_000) % parts;
  if (!/^\d$/.test(text) || Number(text) >= parts) {
    throw new Error(`FAULTS is ${text}; it must be all, or a number from 0 to ${parts - 1}`);
  }
  return Number(text);
}

/** Throws an error that names the allowed values. */
export function sizeOf(text: string | undefined): Size {
  if (text === undefined || text === '') return 'usual';
  if (text !== 'full' && text !== 'usual') throw new Error(`SIZE is ${text}; it must be usual or full`);
  return text;
}
