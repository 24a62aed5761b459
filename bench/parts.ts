import type { Part } from './harness/part.ts';
import { bundlesPart } from './parts/bundles.ts';
import { checkTimersPart } from './parts/check-timers.ts';
import { commandLinePart } from './parts/command-line.ts';
import { consolePart } from './parts/console.ts';
import { costPart } from './parts/cost.ts';
import { costStandingPart } from './parts/cost-standing.ts';
import { dayPart } from './parts/day.ts';
import { exportPart } from './parts/export.ts';
import { growthPart } from './parts/growth.ts';
import { healthchecksPart } from './parts/healthchecks.ts';
import { listPart } from './parts/list.ts';
import { listWorkflowsPart } from './parts/list-workflows.ts';
import { memoryPart } from './parts/memory.ts';
import { openIncidentsPart } from './parts/open-incidents.ts';
import { operationsPart } from './parts/operations.ts';
import { redrivePart } from './parts/redrive.ts';
import { runOverheadPart } from './parts/run-overhead.ts';
import { sizesPart } from './parts/sizes.ts';
import { spoolPart } from './parts/spool.ts';
import { statisticsPart } from './parts/statistics.ts';
import { delayPart, stormPart } from './parts/storm.ts';
import { sweepPart } from './parts/sweep.ts';
import { watchesAwayPart } from './parts/watches-away.ts';

/** The parts of `npm run bench`, in order. */
export const parts: Readonly<Record<string, Part>> = {
  operations: operationsPart,
  'check-timers': checkTimersPart,
  growth: growthPart,
  list: listPart,
  'list-workflows': listWorkflowsPart,
  sweep: sweepPart,
  'open-incidents': openIncidentsPart,
  bundles: bundlesPart,
  memory: memoryPart,
  delay: delayPart,
  storm: stormPart,
  export: exportPart,
  redrive: redrivePart,
  day: dayPart,
  statistics: statisticsPart,
  healthchecks: healthchecksPart,
  console: consolePart,
  spool: spoolPart,
  'watches-away': watchesAwayPart,
  'command-line': commandLinePart,
  'run-overhead': runOverheadPart,
  sizes: sizesPart,
  cost: costPart,
  'cost-standing': costStandingPart,
};
