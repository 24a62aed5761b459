import type { RedrivesTable } from '../aws/redrives-table.ts';
import { limits } from '../contract/limits.ts';
import { instant, timeoutMs } from '../contract/time.ts';
import type { WorkflowRecord } from '../records/workflow-record.ts';
import { endedItems } from './ended-items.ts';
import { newRedrive, type StartRedriveService } from './start-redrive.ts';

/** Who asks for redrives that nobody asks for. */
export const automatic = 'automatic';

/**
 * Starts the redrive that a workflow's settings ask for, if there are items that have been overdue or failed for long
 * enough and were not tried too often, and no other automatic one is going on. Only workflows that say that their work
 * may be done twice have one.
 */
export async function keepAutomaticRedrive(
  service: Pick<StartRedriveService, 'items' | 'log' | 'clock'> & { redrives: RedrivesTable },
  { name, settings }: WorkflowRecord,
): Promise<void> {
  const wanted = settings?.redrive?.automatic;
  if (wanted === undefined || settings?.idempotent !== true) return;
  const now = service.clock.now();
  const endedBy = instant(now - (timeoutMs(wanted.after) ?? 0));
  const filter = { attemptAtMost: wanted.max };
  const due = await endedItems(service, { workflow: name, filter, endedBy }, undefined).next();
  if (due.done || (await isRunning(service.redrives, name))) return;
  const asked = {
    workflow: name,
    action: 'redrive' as const,
    filter,
    rate: limits.defaultRedriveRate,
    by: automatic,
  };
  await service.redrives.insert({ ...newRedrive(asked, now), endedBy });
}

async function isRunning(redrives: RedrivesTable, name: string): Promise<boolean> {
  for await (const { workflow, id } of redrives.running()) {
    if (workflow === name && (await redrives.read(workflow, id))?.by === automatic) return true;
  }
  return false;
}
