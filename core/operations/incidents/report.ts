import pLimit from 'p-limit';
import type { Outage } from '../../contract/incident.ts';
import type { ItemEvent } from '../../contract/item-event.ts';
import { instant } from '../../contract/time.ts';
import type { IncidentRecord } from '../../model/incident/incident-record.ts';
import { breachKindOf } from '../../model/incident/kinds.ts';
import { itemEvent } from '../../model/item/item-event.ts';
import { type ItemRecord, itemName } from '../../model/item/item-record.ts';
import { isNotStarted } from '../../model/item/not-started.ts';
import type { Ports } from '../../ports.ts';

type Service = Pick<Ports, 'items' | 'incidents' | 'itemEvents' | 'clock'>;

export interface Reporting {
  /** The items that could not be reported, by `itemName`, with the error. Report them again. */
  failed: Map<string, Error>;
  /** The items that people are not notified of now, by `itemName`. */
  untold?: ReadonlySet<string>;
  /** Absent if every item was reported before. */
  incident?: IncidentRecord;
  /** This report opened the incident, and its caller notifies people. */
  opened?: boolean;
  /** This report was written: it opened the incident, or is the first report after a while. */
  written?: boolean;
}

export interface ReportOptions {
  /** The outage of the warden, if the items were found late because of it. */
  outage?: Outage | undefined;
  /** Whether the caller notifies people if this opens the incident. */
  announces?: boolean;
}

/** How many items of a workflow are recorded as reported at the same time. */
const parallel = 16;

/**
 * Reports breached items of one workflow to its incident, and publishes their events.
 *
 * 1. Open the incident, or record in it that there are more items. From then on people will be notified, even if this
 *    function is stopped.
 * 2. Publish the item events.
 * 3. Record on each item that it was reported. Until then it cannot be completed or restarted (P3, docs/adr/0008).
 *
 * After a crash in between, the earlier steps are repeated with the same ids.
 *
 * @param records breached records of one kind of incident (`breachKindOf`); those already reported are skipped
 */
export async function report(
  { items, incidents, itemEvents, clock }: Service,
  workflow: string,
  records: readonly ItemRecord[],
  { outage, announces = false }: ReportOptions = {},
): Promise<Reporting> {
  const failed = new Map<string, Error>();
  const unreported = records.filter((record) => record.reportedAt === undefined);
  if (unreported.length === 0) return { failed };
  const markedAt = lastMarked(unreported);
  // Items that were resumed or registered again and are breached again: people know of them.
  const newestAt = lastMarked(unreported.filter((one) => one.incident === undefined && !one.restartedIn));
  const [kind = 'overdue'] = unreported.map(breachKindOf);
  const news = {
    // The notification about an outage waits, so nobody claims it.
    ...(outage && { outage }),
    ...(markedAt !== undefined && { markedAt }),
    ...(newestAt !== undefined && { newestAt }),
  };
  const claims = announces && outage === undefined;
  const { incident, opened, written } = await incidents.open.report(workflow, kind, news, claims);

  const at = instant(clock.now());
  const events = unreported.map((record) =>
    itemEvent(eventOf(record), { ...record, incident: incident.id }, at),
  );
  const refused = await itemEvents.publish(events);
  const reportedAt = instant(clock.now());
  await pLimit(parallel).map([...unreported.entries()], async ([index, record]) => {
    const error =
      refused.get(index) ??
      (await items.recordReport(record, reportedAt, incident.id).then(
        () => undefined,
        (cause: Error) => cause,
      ));
    if (error) failed.set(itemName(record), error);
  });
  return { failed, incident, opened: opened && claims, written };
}

function eventOf(record: ItemRecord): ItemEvent['event'] {
  if (record.state === 'failed') return 'item.failed';
  return isNotStarted(record) ? 'item.not-started' : 'item.overdue';
}

/** Like `report`, for one item whose caller waits. Throws if the item could not be reported. */
export async function reportOne(
  service: Service,
  record: ItemRecord,
  options?: ReportOptions,
): Promise<Reporting> {
  const reporting = await report(service, record.workflow, [record], options);
  for (const error of reporting.failed.values()) throw error;
  return reporting;
}

function lastMarked(records: readonly ItemRecord[]): string | undefined {
  return records
    .flatMap(({ failure, overdueAt }) => failure?.at ?? overdueAt ?? [])
    .toSorted()
    .at(-1);
}
