import { execFileSync } from 'node:child_process';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod/mini';

/** JSON has no NaN: a figure that could not be measured is null there. */
const Cell = z.union([
  z.number(),
  z.nan(),
  z.string(),
  z.pipe(
    z.null(),
    z.transform(() => Number.NaN),
  ),
]);

export const MeasuredPart = z.strictObject({
  /** The name of the first column, then the names of the figures. */
  columns: z.array(z.string()),
  rows: z.array(z.array(Cell)),
  /** Promises that were broken, in words. */
  broken: z.array(z.string()),
});
export type MeasuredPart = z.infer<typeof MeasuredPart>;

export const Size = z.enum(['quick', 'usual', 'full']);
export type Size = z.infer<typeof Size>;

/** A part of a run, with the facts that are needed to judge it. */
export const RecordedPart = z.strictObject({
  ...MeasuredPart.shape,
  at: z.iso.datetime(),
  commit: z.string(),
  /** The work tree had changes that are in no commit. */
  changed: z.boolean(),
  size: Size,
  seconds: z.number(),
  machine: z.strictObject({
    processors: z.int(),
    model: z.string(),
    memoryGb: z.number(),
    node: z.string(),
  }),
});
export type RecordedPart = z.infer<typeof RecordedPart>;

/** The parts by name. */
export const Results = z.record(z.string(), RecordedPart);
export type Results = z.infer<typeof Results>;

const root = join(import.meta.dirname, '../..');

function git(...given: string[]): string {
  try {
    return execFileSync('git', given, {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    // A copy without its history.
    return '';
  }
}

/** The part, measured now on this machine. */
export function recorded(part: MeasuredPart, size: Size, seconds: number): RecordedPart {
  return {
    ...part,
    at: new Date().toISOString(),
    commit: git('rev-parse', '--short=10', 'HEAD') || 'unknown',
    changed: git('status', '--porcelain', '--untracked-files=no') !== '',
    size,
    seconds: Math.round(seconds),
    machine: {
      processors: cpus().length,
      model: cpus()[0]?.model.trim() ?? 'unknown',
      memoryGb: Math.round(totalmem() / 1024 ** 3),
      node: process.versions.node,
    },
  };
}

/** A figure that a part should reach. It is an aim and no promise: a run that misses it does not fail. */
export interface Target {
  name: string;
  is: 'at most' | 'at least';
  bound: number;
  /** The unit of `bound`; nothing for a ratio. */
  unit: string;
  /** The figure in the part's result. NaN if the result does not have it, as after a run with small sizes. */
  figure: (part: MeasuredPart) => number;
}
