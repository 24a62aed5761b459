import type { MeasuredPart, Size, Target } from './result.ts';

/** A part of `npm run bench`. */
export interface Part {
  /** About how many seconds it takes on two cores, for the time left. */
  seconds: Record<Size, number>;
  measure: (size: Size, say: (line: string) => void) => Promise<MeasuredPart>;
  targets?: readonly Target[];
  /** It measures files of dist/, which are built before the first part. */
  measuresBuild?: true;
  /** The requirement of the part that this machine lacks, if it lacks one. The part is then left out. */
  missing?: () => string | undefined;
}

/** Names a promise that was broken, if it was. */
export function broken(...checks: readonly [isBroken: boolean, what: string][]): string[] {
  return checks.filter(([isBroken]) => isBroken).map(([, what]) => what);
}
