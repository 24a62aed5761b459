import { createLog } from '../../core/log.ts';
import { connectMemory, type MemoryService } from '../../prove/memory/connect-memory.ts';
import type { Disturbances } from '../../prove/memory/disturbances.ts';
import { ManualClock } from './manual-clock.ts';
import { EmbeddedWarden } from './warden.ts';

export type MemoryWarden = EmbeddedWarden<MemoryService>;

/** The same as `startWarden` of warden.ts, over an AWS in memory (docs/adr/0041). */
export async function startMemoryWarden(
  options: {
    clock?: ManualClock;
    random?: () => number;
    disturbances?: Disturbances;
    workflowLimit?: number;
    /** Lets in callers with a token only. */
    auth?: boolean;
  } = {},
): Promise<MemoryWarden> {
  const clock = options.clock ?? new ManualClock();
  const logLines: string[] = [];
  const log = createLog((line) => logLines.push(line));
  const aws = await connectMemory({ ...options, clock, log }, options);
  return new EmbeddedWarden(aws, clock, logLines, options).listen();
}
