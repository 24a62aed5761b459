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

export interface Reported {
  /** The items that could not be reported, by `itemName`, with the error. Report them again. */
  failed: Map<string, Error>;
  /** The incident, if this report opened it: then the caller notifies people. */
  opened?: IncidentRecord;
}

/** How many items of a workflow are recorded as reported at the same time. */
const parallel = 16;

/**
 * Reports breached items of one workflow to its incident, and publishes their events.
 *
 * 1. Open the incident, or record in it that there are more items. From then on people will be notified, whatever
 *    happens here.
 * 2. Publish the item events.
 * 3. Record on each item that it was reported. Until then it cannot be completed or restarted (P3, docs/adr/0008).
 *
 * After a crash in between, the earlier steps are repeated with the same ids.
 *
 * @param records breached records of one kind of incident (`breachKindOf`); those already reported are skipped
 * @param outage the outage of the warden, if that is why the items were found only now
 */
export async function report(
  { items, incidents, itemEvents, clock }: Service,
  workflow: string,
  records: readonly ItemRecord[],
  outage?: Outage,
): Promise<Reported> {
  const failed = new Map<string, Error>();
  const unreported = records.filter((record) => record.reportedAt === undefined);
  if (unreported.length === 0) return { failed };
  const marked = unreported.flatMap(({ failure, overdueAt }) => failure?.at ?? overdueAt ?? []);
  const markedAt = marked.toSorted().at(-1);
  const [kind = 'overdue'] = unreported.map(breachKindOf);
  const { incident, opened } = await incidents.open.report(workflow, kind, {
    ...(outage && { outage }),
    ...(markedAt !== undefined && { markedAt }),
  });

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
  return { failed, ...(opened && { opened: incident }) };
}

function eventOf(record: ItemRecord): ItemEvent['event'] {
  if (record.state === 'failed') return 'item.failed';
  return isNotStarted(record) ? 'item.not-started' : 'item.overdue';
}

/** Like `report`, for one item whose caller waits. Throws if the item could not be reported. */
export async function reportOne(service: Service, record: ItemRecord): Promise<IncidentRecord | undefined> {
  const { failed, opened } = await report(service, record.workflow, [record]);
  for (const error of failed.values()) throw error;
  return opened;
}
