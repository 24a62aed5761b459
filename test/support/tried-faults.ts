import { inject } from 'vitest';
import { parts } from './draw.ts';

const { faults: part } = inject('draws');

/** The enumerated faults that are tried in this run: a part, or with FAULTS=all every one. */
export function tried<Fault>(faults: readonly Fault[]): Fault[] {
  return faults.filter((_, index) => part === 'all' || index % parts === part);
}

/** Runs with a fault. An error names the fault, and says how to try the same faults again. */
export async function withFault<Fault>(fault: Fault, run: (fault: Fault) => Promise<unknown>): Promise<void> {
  try {
    await run(fault);
  } catch (error) {
    if (error instanceof Error) {
      error.message = `with ${JSON.stringify(fault)} (FAULTS=${part}): ${error.message}`;
    }
    throw error;
  }
}
