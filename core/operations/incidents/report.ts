import pLimit from 'p-limit';
import type { Outage } from '../../contract/incident.ts';
import { instant } from '../../contract/time.ts';
import type { IncidentRecord } from '../../model/incident/incident-record.ts';
import { itemEvent } from '../../model/item/item-event.ts';
import { type ItemRecord, itemName } from '../../model/item/item-record.ts';
import type { Ports } from '../../ports.ts';

type Service = Pick<Ports, 'items' | 'incidents' | 'itemEvents' | 'clock'>;

export interface Reported {
  /** By `itemName`, what could not be reported, and why; it must be reported again. */
  failed: Map<string, Error>;
  /** The incident, if this report opened it: whoever did tells of it. */
  opened?: IncidentRecord;
}

/** Items of a workflow that are recorded as reported at once. */
const parallel = 16;

/**
 * Reports items of one workflow that are overdue or failed to its incident, and to machines.
 *
 * 1. Open the incident, or note there that more came: from then on people will be told, whatever happens here.
 * 2. Publish the item events.
 * 3. Record on each item that it is reported. Until then it cannot be completed or restarted (P3, docs/adr/0008).
 *
 * A crash in between repeats the steps before it, with the same ids.
 *
 * @param records overdue or failed records; those already reported are passed over
 * @param outage of the warden, if that is why they were found only now
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
  const { incident, opened } = await incidents.report(workflow, 'overdue', {
    ...(outage && { outage }),
    ...(markedAt !== undefined && { markedAt }),
  });

  const at = instant(clock.now());
  const events = unreported.map((record) =>
    itemEvent(
      record.state === 'failed' ? 'item.failed' : 'item.overdue',
      { ...record, incident: incident.id },
      at,
    ),
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

/** Like `report`, for one item whose caller waits: throws what went wrong. */
export async function reportOne(service: Service, record: ItemRecord): Promise<IncidentRecord | undefined> {
  const { failed, opened } = await report(service, record.workflow, [record]);
  for (const error of failed.values()) throw error;
  return opened;
}
