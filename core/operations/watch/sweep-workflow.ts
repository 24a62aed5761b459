import type { BreachedCounts } from '../../aws/items/by-time-query.ts';
import { type Queues, queuesOf } from '../../aws/items/queues.ts';
import type { IncidentCounts, IncidentKind } from '../../contract/incident.ts';
import { instant } from '../../contract/time.ts';
import type { IncidentRecord } from '../../model/incident/incident-record.ts';
import { breachKinds, incidentKinds } from '../../model/incident/kinds.ts';
import { needsCounts } from '../../model/incident/pacing.ts';
import { type ItemRecord, itemName } from '../../model/item/item-record.ts';
import { isNotStarted } from '../../model/item/not-started.ts';
import type { WardenOutage } from '../../model/warden/warden-state.ts';
import { isSilenced, type WorkflowRecord } from '../../model/workflow/workflow-record.ts';
import { lostAfterMs } from '../../names/clockwork.ts';
import type { Ports } from '../../ports.ts';
import { advanceIncident } from '../incidents/advance-incident.ts';
import { Announcer } from '../incidents/announcer.ts';
import type { HeldBack } from '../incidents/held-back.ts';
import { keepAutomaticRedrive } from '../redrives/keep-automatic-redrive.ts';
import { checkItems } from './check-items.ts';
import { checkPastDeadline } from './check-past-deadline.ts';
import { forgetWorkflow } from './forget-workflow.ts';
import { type Kept, keepExpectation } from './keep-expectation.ts';

type Service = Pick<
  Ports,
  | 'items'
  | 'registry'
  | 'incidents'
  | 'statistics'
  | 'outcomes'
  | 'redrives'
  | 'counts'
  | 'state'
  | 'audit'
  | 'timers'
  | 'itemEvents'
  | 'notifications'
  | 'budget'
  | 'clock'
  | 'log'
  | 'leastTimeoutSeconds'
>;

export interface SweptWorkflow {
  name: string;
  /** Undefined when it cannot be read. */
  record: WorkflowRecord | undefined;
  incidents: readonly IncidentRecord[];
  outage: WardenOutage | undefined;
  /** Takes the notifications that the budget holds back. */
  held: HeldBack;
  /** When to stop checking lost items, in ms since the epoch: the found items must still be notified. */
  until: number;
}

/** Lost items of a workflow that one sweep checks. The next sweep continues, because these are no longer waiting then. */
const mostLost = 5_000;
const rowsPerRead = 250;

/** The work of one sweep for one workflow. Throws the first error after all other work is done. */
export async function sweepWorkflow(service: Service, swept: SweptWorkflow): Promise<void> {
  const { name, record, incidents } = swept;
  const queues = queuesOf(name, record);
  const { byTime } = service.items;
  const lost = await catchLost(service, queues, swept);
  // Most workflows have no such items: then neither their deadlines nor their incident need a read.
  const areNotStarted = await byTime.hasBreached(queues, incidentKinds['not-started'].itemQueues);
  if (areNotStarted) lost.failed.push(...(await checkPastDeadline(service, queues, swept)));
  const now = service.clock.now();
  const knownOf = (kind: IncidentKind) => incidents.find(({ incidentKind }) => incidentKind === kind);
  const isCounted = await Promise.all(
    breachKinds.map(async (kind) => {
      const known = knownOf(kind);
      const settings = record?.settings?.notifications;
      const isDue = known && needsCounts(known, settings, isSilenced(record, now), now);
      const mayBe = kind !== 'not-started' || areNotStarted;
      const isBreached =
        mayBe && (isDue || (await byTime.hasBreached(queues, incidentKinds[kind].itemQueues)));
      return isDue || isBreached === (known === undefined);
    }),
  );
  const counts = isCounted.includes(true) ? await byTime.countBreached(queues) : undefined;
  const failed = [...lost.failed];

  // The incidents without any reported item. There may still be items that are marked but could not be reported.
  const empty = breachKinds.flatMap((kind) => {
    const known = counts && knownOf(kind);
    return known && isNothing(incidentKinds[kind].counts({}, counts)) ? [known] : [];
  });
  const { isCut = false, ...unreported } =
    empty.length > 0 ? await countUnreported(service, queues, swept) : lost.unreported;
  const found: IncidentCounts = {
    overdue: (counts?.overdue ?? 0) + unreported.overdue,
    failed: (counts?.failed ?? 0) + unreported.failed,
    notStarted: (counts?.notStarted ?? 0) + unreported.notStarted,
    ...(lost.unreadable > 0 && { unreadable: lost.unreadable }),
  };
  // Counted after the breached items, so that an item that is resumed meanwhile is in at least one of the two counts.
  const resumed = new Map(
    await Promise.all(
      empty
        .filter(({ resumedAt }) => resumedAt !== undefined)
        .map(async ({ id }) => [id, await byTime.countResumed(queues, id)] as const),
    ),
  );
  const open = incidents.filter(({ incidentKind }) => !breachKinds.some((kind) => kind === incidentKind));
  for (const kind of breachKinds) {
    const known = knownOf(kind);
    if (known) {
      // An item that was not read may belong to the incident: the next sweep decides whether the incident is over.
      if (counts && !(isCut && empty.includes(known))) open.push(known);
    } else if (!isNothing(incidentKinds[kind].counts({}, found))) {
      // The incident was opened after the sweep began, perhaps by this sweep, so reporting again would be no news.
      open.push(
        (await service.incidents.open.read(name, kind)) ??
          (await service.incidents.open.report(name, kind)).incident,
      );
    }
  }
  const expected = await keepExpectation(service, swept).catch((error: unknown): Kept => {
    failed.push(error);
    return { over: false };
  });
  // An incident whose items could not be counted is left to the next sweep.
  const stuck =
    knownOf('stuck') && (await byTime.countStuck(queues).catch((error: unknown) => void failed.push(error)));
  for (const incident of open) {
    const { isOfStuck, isOfRegistrations } = incidentKinds[incident.incidentKind];
    if (isOfStuck && stuck === undefined) continue;
    const { over, ...current } = isOfRegistrations ? expected : { over: false };
    const resumedOf = resumed.get(incident.id);
    const present = { ...found, ...(stuck !== undefined && { stuck }) };
    const seen = { counts: present, over, ...(resumedOf && { resumed: resumedOf }) };
    await advanceIncident(service, { ...incident, ...current }, seen, record, swept.held).catch(
      (error: unknown) => failed.push(error),
    );
  }
  if (record) {
    await keepAutomaticRedrive(service, record, swept.until).catch((error: unknown) => failed.push(error));
  }
  if (record && incidents.length === 0) {
    await forgetWorkflow(service, record).catch((error: unknown) => failed.push(error));
  }
  if (failed.length > 0) throw failed[0];
}

interface Lost {
  failed: unknown[];
  unreadable: number;
  /** Breached items that could not be reported again: their place in the index has not changed yet. */
  unreported: Unreported;
}

interface Unreported extends BreachedCounts {
  /** Whether there were too many items to read all of them. */
  isCut?: boolean;
}

function isNothing(counts: IncidentCounts): boolean {
  return Object.values(counts).every((count) => count === 0);
}

/**
 * Checks items that are past their next check: their timer was lost, or the function that marked them was stopped
 * before they were reported. Items whose timer is only late are left to that timer.
 */
async function catchLost(
  service: Service,
  queues: Queues,
  { name, outage, until }: SweptWorkflow,
): Promise<Lost> {
  const { clock, items, log } = service;
  const before = instant(clock.now() - lostAfterMs);
  const lost: Lost = { failed: [], unreadable: 0, unreported: { overdue: 0, failed: 0, notStarted: 0 } };
  let left = mostLost;
  const announcer = new Announcer(service);
  const rows = items.byTime.rows(queues, 'waiting', { from: '0', to: before, order: 'asc' }, rowsPerRead);
  for await (const page of pages(rows, 100)) {
    const { readable, errors } = split([...(await items.readManyOpen(page)).values()]);
    lost.unreadable += errors.length;
    lost.failed.push(...errors);
    const due = readable.filter((item) => isToBeChecked(item, before));
    if (due.length > 0) {
      log.warn('timers lost', { workflow: name, items: due.length });
      const asked = due.map(({ workflow, item }) => ({ workflow, item, timers: [] }));
      const failed = await checkItems(service, asked, { caughtBy: 'sweep', outage }, announcer);
      lost.failed.push(...failed.values());
      for (const item of due) {
        if (item.state !== 'waiting' && failed.has(itemName(item))) {
          lost.unreported[isNotStarted(item) ? 'notStarted' : item.state]++;
        }
      }
    }
    // An item that cannot be read stays in its place for ever. It must not use up the budget of the items after it.
    left -= readable.length;
    if (left <= 0 || clock.now() >= until) break;
  }
  // The sweep itself notifies people of the other items, when it has counted.
  await announcer.announceClaimed();
  if (lost.unreadable > 0) log.metrics({ Unreadable: lost.unreadable });
  return lost;
}

/** The first breached items that are not reported yet: the index still has them in the queue of waiting items. */
async function countUnreported(
  { items, clock, log }: Service,
  queues: Queues,
  { name, until }: SweptWorkflow,
): Promise<Unreported> {
  const unreported: Unreported = { overdue: 0, failed: 0, notStarted: 0 };
  const range = { from: '0', to: instant(clock.now()), order: 'asc' as const };
  let left = mostLost;
  for await (const page of pages(items.byTime.rows(queues, 'waiting', range, rowsPerRead), 100)) {
    const { readable } = split([...(await items.readManyOpen(page)).values()]);
    for (const item of readable) {
      if (item.state === 'waiting' || item.reportedAt !== undefined) continue;
      unreported[isNotStarted(item) ? 'notStarted' : item.state]++;
    }
    left -= readable.length;
    if (left > 0 && clock.now() < until) continue;
    log.warn('not all items past their next check were read', { workflow: name, items: mostLost - left });
    return { ...unreported, isCut: true };
  }
  return unreported;
}

function isToBeChecked({ state, timerAt, reportedAt }: ItemRecord, before: string): boolean {
  return state === 'waiting' ? timerAt <= before : reportedAt === undefined;
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
