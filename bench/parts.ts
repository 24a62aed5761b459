import type { Part } from './harness/part.ts';
import { bundlesPart } from './parts/bundles.ts';
import { checkTimersPart } from './parts/check-timers.ts';
import { exportPart } from './parts/export.ts';
import { growthPart } from './parts/growth.ts';
import { listPart } from './parts/list.ts';
import { memoryPart } from './parts/memory.ts';
import { operationsPart } from './parts/operations.ts';
import { redrivePart } from './parts/redrive.ts';
import { delayPart, stormPart } from './parts/storm.ts';
import { sweepPart } from './parts/sweep.ts';

/** The parts of `npm run bench`, in order. */
export const parts: Readonly<Record<string, Part>> = {
  operations: operationsPart,
  'check-timers': checkTimersPart,
  growth: growthPart,
  list: listPart,
  sweep: sweepPart,
  bundles: bundlesPart,
  memory: memoryPart,
  delay: delayPart,
  storm: stormPart,
  export: exportPart,
  redrive: redrivePart,
};
