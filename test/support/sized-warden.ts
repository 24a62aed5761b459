import { startMemoryWarden } from './memory-warden.ts';
import { sized } from './sized.ts';
import { type EmbeddedWarden, startWarden } from './warden.ts';

interface TimerOptions {
  /** Timers fire up to this many milliseconds too early or too late. */
  jitterMs?: number;
  /** Like Math.random: where between the two. */
  random?: () => number;
}

/**
 * A warden on the AWS in memory, which takes a fraction of the processor time and is held equal to the engines by
 * test/prove/memory; in a run with SIZE=full, on the embedded servers. For tests of many cases that are not about engines.
 */
export const startSizedWarden = sized<(options?: TimerOptions) => Promise<EmbeddedWarden>>(
  ({ jitterMs = 0, random = Math.random } = {}) =>
    startMemoryWarden({ disturbances: { firings: () => [Math.round((2 * random() - 1) * jitterMs)] } }),
  (options) => startWarden(options),
);
