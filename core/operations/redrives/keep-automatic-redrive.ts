import { queuesOf } from '../../aws/items/queues.ts';
import type { RedrivesTable } from '../../aws/registry/redrives.ts';
import { limits } from '../../contract/limits.ts';
import { instant } from '../../contract/time.ts';
import { timeoutMs } from '../../contract/timeout.ts';
import type { RedriveRecord } from '../../model/redrive/redrive-record.ts';
import { isOver } from '../../model/redrive/redrive-view.ts';
import type { WorkflowRecord } from '../../model/workflow/workflow-record.ts';
import { automaticRestMs } from '../../names/clockwork.ts';
import type { Ports } from '../../ports.ts';
import { newRedrive } from './start-redrive.ts';

/** Who starts automatic redrives, in lists and in the audit log. */
export const automatic = 'automatic';

const redrivesPerRead = 20;

/**
 * Starts an automatic redrive if items have been breached for long enough, were not resumed too often, and no other
 * automatic redrive is running. Only workflows whose work is `idempotent` have automatic redrives. Items that were
 * already breached when the last automatic redrive was aborted are left to people, and none starts for a quarter of an
 * hour. Nor does an automatic redrive start for items whose last message no upstream service has accepted yet.
 *
 * @param until when to stop reading items, in ms since the epoch: the next sweep continues
 */
export async function keepAutomaticRedrive(
  service: Pick<Ports, 'items' | 'redrives' | 'audit' | 'clock'>,
  workflow: WorkflowRecord,
  until: number,
): Promise<void> {
  const { name, settings } = workflow;
  const wanted = settings?.redrive?.automatic;
  if (wanted === undefined || settings?.idempotent !== true) return;
  const now = service.clock.now();
  const by = instant(now - (timeoutMs(wanted.after) ?? 0));
  const queues = queuesOf(name, workflow);
  const hasEnded = (after: string) =>
    service.items.byTime.hasBreachedBetween(
      queues,
      { after, by, attemptAtMost: wanted.max },
      () => service.clock.now() >= until,
    );
  // Nearly always no item matches, and then no other read is needed.
  if (!(await hasEnded('0'))) return;
  const last = await lastAutomatic(service.redrives, name);
  if (last && (!isOver(last) || isResting(last, now))) return;
  const endedAfter = last && lastNotResumed(last);
  if (endedAfter !== undefined && !(await hasEnded(endedAfter))) return;
  const filter = { attemptAtMost: wanted.max };
  const asked = { workflow: name, action: 'redrive' as const, filter, by: automatic };
  const redrive = newRedrive({ ...asked, rate: limits.defaultRedriveRate }, now);
  const entry = { by: automatic, action: 'redrive-started' as const, workflow: name, subject: redrive.id };
  await service.audit.record(entry);
  await service.redrives.insert({ ...redrive, endedBy: by, endedAfter });
}

/** The person who aborted it has time to repair the upstream service or to change the settings. */
function isResting({ state, endedAt }: RedriveRecord, now: number): boolean {
  return state === 'aborted' && now - Date.parse(endedAt ?? '') < automaticRestMs;
}

/**
 * The next automatic redrive leaves out items that were already breached then: they are left to people, or could not be
 * resumed.
 */
function lastNotResumed({ state, endedAt, endedBy, endedAfter, resumed }: RedriveRecord): string | undefined {
  if (state === 'aborted') return endedAt;
  return resumed === 0 ? endedBy : endedAfter;
}

async function lastAutomatic(redrives: RedrivesTable, workflow: string): Promise<RedriveRecord | undefined> {
  let after: string | undefined;
  do {
    const { records, last } = await redrives.page(workflow, after, redrivesPerRead);
    for (const record of records) if (!('error' in record) && record.by === automatic) return record;
    after = last;
  } while (after !== undefined);
  return undefined;
}
