import type { MeasuredPart, Size } from './result.ts';

/** A part of `npm run bench`. */
export interface Part {
  /** About how many seconds it takes on two cores, for the time left. */
  seconds: Record<Size, number>;
  measure: (size: Size, say: (line: string) => void) => Promise<MeasuredPart>;
}

/** Names a promise that was broken, if it was. */
export function broken(...checks: readonly [isBroken: boolean, what: string][]): string[] {
  return checks.filter(([isBroken]) => isBroken).map(([, what]) => what);
}
