/** One of the compared ways: a part of the service, or the floor that it is compared with. */
export interface Way {
  name: string;
  /** Prepares a round, which is not measured, and returns the work of the round. */
  prepare: (round: number) => Promise<() => Promise<unknown>>;
  /** How many operations a round has. */
  operations: number;
  /** Milliseconds of processor time used so far; of this process by default. */
  processorMs?: () => number;
}

/** Milliseconds of an operation. */
export interface Sample {
  wall: number;
  processor: number;
}

/** Milliseconds of processor time that this process has used. */
export function ownProcessorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}

/**
 * Measures the ways in turns, so that other work of the machine slows all of them down. The first round warms up and
 * does not count. `onRound` is called after each round.
 */
export async function inTurns(
  ways: readonly Way[],
  rounds: number,
  onRound: (round: number) => void = () => {},
): Promise<Map<string, Sample[]>> {
  const samples = new Map(ways.map(({ name }) => [name, [] as Sample[]]));
  for (let round = 0; round <= rounds; round++) {
    for (const { name, prepare, operations, processorMs = ownProcessorMs } of ways) {
      const work = await prepare(round);
      const before = processorMs();
      const started = performance.now();
      await work();
      const wall = (performance.now() - started) / operations;
      const processor = (processorMs() - before) / operations;
      if (round > 0) samples.get(name)?.push({ wall, processor });
    }
    onRound(round);
  }
  return samples;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** The medians of a way's rounds. */
export function middle(samples: readonly Sample[] = []): Sample {
  return {
    wall: median(samples.map(({ wall }) => wall)),
    processor: median(samples.map(({ processor }) => processor)),
  };
}

/** The median of the ratios of two ways, round by round: both were measured in the same minute. */
export function ratio(
  of: readonly Sample[] = [],
  to: readonly Sample[] = [],
  what: keyof Sample = 'processor',
): number {
  return median(of.map((sample, round) => sample[what] / (to[round]?.[what] ?? Number.NaN)));
}
