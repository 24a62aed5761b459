import { type Queues, queuesOf } from '../../aws/items/queues.ts';
import type { AuditLog } from '../../aws/registry/audit-log.ts';
import type { RedrivesTable } from '../../aws/registry/redrives.ts';
import type { IncidentCounts } from '../../contract/incident.ts';
import { instant } from '../../contract/time.ts';
import type { IncidentRecord } from '../../model/incident/incident-record.ts';
import { needsCounts } from '../../model/incident/pacing.ts';
import { isBreached } from '../../model/item/item-record.ts';
import type { WardenOutage } from '../../model/warden/warden-state.ts';
import { isSilenced, type WorkflowRecord } from '../../model/workflow/workflow-record.ts';
import { lostAfterMs, reportingMs } from '../../names/clockwork.ts';
import { type AdvanceService, advanceIncident } from '../incidents/advance-incident.ts';
import { report } from '../incidents/report.ts';
import { keepAutomaticRedrive } from '../redrives/keep-automatic-redrive.ts';
import { type CheckItemsService, checkItems } from './check-items.ts';
import { type KeepExpectationService, type Kept, keepExpectation } from './keep-expectation.ts';

export interface SweepWorkflowService extends CheckItemsService, AdvanceService, KeepExpectationService {
  redrives: RedrivesTable;
  audit: AuditLog;
}

export interface SweptWorkflow {
  name: string;
  /** Undefined when it cannot be read. */
  record: WorkflowRecord | undefined;
  incidents: readonly IncidentRecord[];
  outage: WardenOutage | undefined;
  /** When no more lost items are looked at, in ms since the epoch: what was found must yet be told of. */
  until: number;
}

/** Items of a workflow that one sweep looks at; the next goes on, as those are not waiting any more. */
const mostLost = 5_000;
const mostUnreported = 1_000;
const rowsPerRead = 250;

/** What one sweep does for one workflow. Throws the first of what could not be done, after all else was. */
export async function sweepWorkflow(service: SweepWorkflowService, swept: SweptWorkflow): Promise<void> {
  const { name, record, incidents } = swept;
  const queues = queuesOf(name, record);
  const { byTime } = service.items;
  const lost = await catchLost(service, queues, swept);
  const known = incidents.find(({ about }) => about === 'overdue');
  const now = service.clock.now();
  const isCounted =
    known === undefined ||
    needsCounts(known, record?.settings?.notifications, isSilenced(record, now), now) ||
    !(await byTime.hasBreached(queues));
  const counts = isCounted ? await byTime.countBreached(queues, instant(now - reportingMs)) : undefined;
  const failed = [
    ...lost.failed,
    ...(counts && counts.unreported > 0 ? await reportOrphans(service, queues) : []),
  ];

  const look: IncidentCounts = {
    overdue: counts?.overdue ?? 0,
    failed: counts?.failed ?? 0,
    ...(lost.unreadable > 0 && { unreadable: lost.unreadable }),
  };
  let open = incidents.filter((incident) => incident !== known);
  if (known) {
    if (counts) open = [known, ...open];
  } else if (look.overdue + look.failed + lost.unreadable > 0) {
    // Opened since the sweep began, perhaps by itself; to report what was reported would be no news.
    const opened =
      (await service.incidents.read(name, 'overdue')) ??
      (await service.incidents.report(name, 'overdue')).incident;
    open = [opened, ...open];
  }
  const expected = await keepExpectation(service, swept).catch((error: unknown): Kept => {
    failed.push(error);
    return { over: false };
  });
  for (const incident of open) {
    const { over, ...current } = incident.about === 'not-started' ? expected : { over: false };
    await advanceIncident(service, { ...incident, ...current }, look, record, over).catch((error: unknown) =>
      failed.push(error),
    );
  }
  if (record) {
    await keepAutomaticRedrive(service, record, swept.until).catch((error: unknown) => failed.push(error));
  }
  if (failed.length > 0) throw failed[0];
}

/**
 * Looks at items that are waiting past their deadline, and whose timer should have come: it was lost. What is not
 * lost but only late is left to its timer.
 */
async function catchLost(
  service: SweepWorkflowService,
  queues: Queues,
  { name, outage, until }: SweptWorkflow,
): Promise<{ failed: unknown[]; unreadable: number }> {
  const { clock, items, log } = service;
  const before = instant(clock.now() - lostAfterMs);
  const failed: unknown[] = [];
  let unreadable = 0;
  let left = mostLost;
  const rows = items.byTime.rows(queues, 'waiting', { from: '0', to: before, order: 'asc' }, rowsPerRead);
  for await (const page of pages(rows, 100)) {
    const found = await items.readManyOpen(page);
    const due = [...found.values()].flatMap((item) => {
      if (item instanceof Error) {
        unreadable++;
        failed.push(item);
        return [];
      }
      return item.state === 'waiting' && item.timerAt <= before
        ? [{ workflow: item.workflow, item: item.item, timers: [] }]
        : [];
    });
    if (due.length > 0) {
      log.warn('timers lost', { workflow: name, items: due.length });
      failed.push(...(await checkItems(service, due, { caughtBy: 'sweep', outage })).values());
    }
    left -= page.length;
    if (left <= 0 || clock.now() >= until) break;
  }
  if (unreadable > 0) log.metrics({ Unreadable: unreadable });
  return { failed, unreadable };
}

/** Reports items that are overdue or failed and were never reported: whoever marked them was stopped. */
async function reportOrphans(service: SweepWorkflowService, queues: Queues): Promise<unknown[]> {
  const { items, clock } = service;
  const failed: unknown[] = [];
  let left = mostUnreported;
  const rows = items.byTime.unreported(queues, instant(clock.now() - reportingMs), rowsPerRead);
  for await (const page of pages(rows, 100)) {
    const found = await items.readManyOpen(page);
    const { readable, errors } = split([...found.values()]);
    failed.push(...errors);
    const breached = readable.filter(isBreached);
    failed.push(...(await report(service, queues.workflow, breached)).failed.values());
    left -= page.length;
    if (left <= 0) break;
  }
  return failed;
}

function split<Value>(values: readonly (Value | Error)[]): { readable: Value[]; errors: Error[] } {
  const readable: Value[] = [];
  const errors: Error[] = [];
  for (const value of values) {
    if (value instanceof Error) errors.push(value);
    else readable.push(value);
  }
  return { readable, errors };
}

async function* pages<Value>(values: AsyncIterable<Value>, size: number): AsyncGenerator<Value[]> {
  let page: Value[] = [];
  for await (const value of values) {
    if (page.push(value) < size) continue;
    yield page;
    page = [];
  }
  if (page.length > 0) yield page;
}
