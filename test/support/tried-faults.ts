/*
 * Every how many-th fault of those that a test enumerates is tried, from which one on: all of them with FAULTS=all (npm
 * run test:exhaustive), which takes minutes. Otherwise one in four, others each time, so that the test command stays
 * short.
 */
const every = process.env.FAULTS === 'all' ? 1 : 4;
const first = Number(process.env.FAULTS_FIRST ?? Math.floor(Math.random() * every));

/** Those that are tried in this run. */
export function tried<Fault>(faults: readonly Fault[]): Fault[] {
  return faults.filter((_, index) => index % every === first % every);
}

/** Runs with a fault; an error says with which, and how to try the same ones again. */
export async function withFault<Fault>(fault: Fault, run: (fault: Fault) => Promise<unknown>): Promise<void> {
  try {
    await run(fault);
  } catch (error) {
    if (error instanceof Error) {
      error.message = `with ${JSON.stringify(fault)} (FAULTS_FIRST=${first}): ${error.message}`;
    }
    throw error;
  }
}
