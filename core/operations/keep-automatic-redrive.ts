import type { AuditLog } from '../aws/audit-log.ts';
import type { RedrivesTable } from '../aws/redrives-table.ts';
import { limits } from '../contract/limits.ts';
import { instant, timeoutMs } from '../contract/time.ts';
import type { RedriveRecord } from '../records/redrive-record.ts';
import type { WorkflowRecord } from '../records/workflow-record.ts';
import { isOver } from './change-redrive.ts';
import { endedItems } from './ended-items.ts';
import { newRedrive, type StartRedriveService } from './start-redrive.ts';

/** Who asks for redrives that nobody asks for. */
export const automatic = 'automatic';

const redrivesPerRead = 20;

/**
 * Starts the redrive that a workflow's settings ask for, if there are items that have been overdue or failed for long
 * enough and were not tried too often, and no other automatic one is going on. Only workflows that say that their work
 * may be done twice have one. When the last one was aborted, what had ended by then is left to people.
 */
export async function keepAutomaticRedrive(
  service: Pick<StartRedriveService, 'items' | 'log' | 'clock'> & {
    redrives: RedrivesTable;
    audit: AuditLog;
  },
  { name, settings }: WorkflowRecord,
): Promise<void> {
  const wanted = settings?.redrive?.automatic;
  if (wanted === undefined || settings?.idempotent !== true) return;
  const now = service.clock.now();
  const filter = { attemptAtMost: wanted.max };
  const due = { workflow: name, filter, endedBy: instant(now - (timeoutMs(wanted.after) ?? 0)) };
  // Nearly always there is nothing, which takes no other read.
  if (!(await hasAny(service, due))) return;
  const last = await lastAutomatic(service.redrives, name);
  if (last && !isOver(last)) return;
  const endedAfter = last?.state === 'aborted' ? last.endedAt : last?.endedAfter;
  if (endedAfter !== undefined && !(await hasAny(service, { ...due, endedAfter }))) return;
  const asked = { workflow: name, action: 'redrive' as const, filter, by: automatic };
  const redrive = newRedrive({ ...asked, rate: limits.defaultRedriveRate }, now);
  const entry = { by: automatic, action: 'redrive-started' as const, workflow: name, subject: redrive.id };
  await service.audit.record(entry);
  await service.redrives.insert({ ...redrive, endedBy: due.endedBy, endedAfter });
}

async function hasAny(
  service: Pick<StartRedriveService, 'items' | 'log'>,
  of: Parameters<typeof endedItems>[1],
): Promise<boolean> {
  for await (const _ of endedItems(service, of, undefined)) return true;
  return false;
}

async function lastAutomatic(redrives: RedrivesTable, workflow: string): Promise<RedriveRecord | undefined> {
  let after: string | undefined;
  do {
    const { records, last } = await redrives.page(workflow, after, redrivesPerRead);
    for (const record of records) if (!(record instanceof Error) && record.by === automatic) return record;
    after = last;
  } while (after !== undefined);
  return undefined;
}
