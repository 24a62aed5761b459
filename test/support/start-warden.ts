import { createLog } from '../../core/log.ts';
import type { Running } from '../../core/running.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../../local/embedded-aws.ts';
import { connectMemory, type MemoryService } from '../../prove/memory/connect-memory.ts';
import type { Disturbances } from '../../prove/memory/disturbances.ts';
import { ManualClock } from './manual-clock.ts';
import { sized } from './sized.ts';
import { EmbeddedWarden, type FiringAws } from './warden.ts';

interface WardenOptions {
  clock?: ManualClock;
  workflowLimit?: number;
  /** Lets in callers with a token only. */
  auth?: boolean;
}

interface TimerOptions {
  /** Timers fire up to this many milliseconds too early or too late. */
  jitterMs?: number;
  /** Like Math.random: where between the two. */
  random?: () => number;
}

export type MemoryWarden = EmbeddedWarden<MemoryService>;

/**
 * A warden on the AWS in memory, which takes half of the processor time and is held equal to the engines by
 * test/prove/memory; in a run with SIZE=full, on the embedded servers. For tests that are not about engines.
 */
export function startWarden(options: WardenOptions & TimerOptions = {}): Promise<EmbeddedWarden> {
  const { jitterMs, random, ...others } = options;
  const disturbances = { firings: jitteredFirings(jitterMs, random) };
  const inMemory = (): Promise<EmbeddedWarden> => startMemoryWarden({ ...others, disturbances });
  return sized(inMemory, () => startEmbeddedWarden(options))();
}

/** When timers of the AWS in memory fire: as early or late as those of the emulator with this jitter. */
export function jitteredFirings(jitterMs = 0, random = Math.random): () => number[] {
  return () => [Math.round((2 * random() - 1) * jitterMs)];
}

/** A warden on an AWS in memory (docs/adr/0041). */
export function startMemoryWarden(
  options: WardenOptions & { random?: () => number; disturbances?: Disturbances } = {},
): Promise<MemoryWarden> {
  return listening(options, (running) => connectMemory({ ...options, ...running }, options));
}

/** A warden on the embedded servers. */
export function startEmbeddedWarden(
  options: WardenOptions & TimerOptions & { data?: string } = {},
): Promise<EmbeddedWarden<EmbeddedAws>> {
  return listening(options, (running) => startEmbeddedAws({ ...options, ...running }));
}

async function listening<Aws extends FiringAws>(
  options: WardenOptions,
  start: (running: Running & { clock: ManualClock }) => Promise<Aws>,
): Promise<EmbeddedWarden<Aws>> {
  const clock = options.clock ?? new ManualClock();
  const logLines: string[] = [];
  const log = createLog((line) => logLines.push(line));
  const aws = await start({ clock, log });
  return new EmbeddedWarden(aws, clock, logLines, options).listen();
}
