import pLimit from 'p-limit';
import type { ItemEvent } from '../../contract/item-event.ts';
import { instant } from '../../contract/time.ts';
import { itemEvent } from '../../model/item/item-event.ts';
import { type ItemRecord, itemName } from '../../model/item/item-record.ts';
import type { Ports } from '../../ports.ts';
import type { Reporting } from '../incidents/report.ts';

/** How many items of a workflow are recorded as warned at the same time. */
const parallel = 16;

type Service = Pick<Ports, 'items' | 'incidents' | 'itemEvents' | 'clock'>;

/**
 * Warns of items of one workflow that are late but not yet overdue: an incident of its own kind, so that people
 * receive few warnings however many items are late (P6). The items only record that the warning was sent.
 */
export async function warn(
  service: Service,
  workflow: string,
  late: readonly ItemRecord[],
): Promise<Reporting> {
  const at = instant(service.clock.now());
  const news = { warned: late.length, newestAt: at };
  const { incident, opened } = await service.incidents.open.report(workflow, 'warning', news, true);
  const failed = await publishAndRecord(
    service,
    'item.warned',
    late,
    { at, incident: incident.id },
    (record) => service.items.recordWarning(record, at),
  );
  return { failed, incident, opened };
}

/**
 * Warns of items of one workflow that are stuck, in the same way. The index then counts them until they progress or are
 * completed, failed or overdue, and the incident is over when none is left. An item that progresses meanwhile is not
 * recorded as stuck.
 */
export async function warnOfStuck(
  service: Service,
  workflow: string,
  stuck: readonly ItemRecord[],
): Promise<Reporting> {
  const at = instant(service.clock.now());
  const news = { markedAt: at, newestAt: at };
  const { incident, opened } = await service.incidents.open.report(workflow, 'stuck', news, true);
  const moved = new Set<string>();
  const failed = await publishAndRecord(
    service,
    'item.stuck',
    stuck,
    { at, incident: incident.id },
    async (record) => {
      if (!(await service.items.recordStuck(record, at))) moved.add(itemName(record));
    },
  );
  // People are warned again of items that could not be recorded. Until then these items do not count, so an incident
  // that has only them would seem to be over.
  return { failed, untold: moved.union(new Set(failed.keys())), incident, opened };
}

/** Returns the items that must be warned of again, by `itemName`, with the error. */
async function publishAndRecord(
  { itemEvents }: Service,
  event: ItemEvent['event'],
  records: readonly ItemRecord[],
  { at, incident }: { at: string; incident: string },
  note: (record: ItemRecord) => Promise<unknown>,
): Promise<Map<string, Error>> {
  const failed = new Map<string, Error>();
  const refused = await itemEvents.publish(
    records.map((record) => itemEvent(event, { ...record, incident }, at)),
  );
  await pLimit(parallel).map([...records.entries()], async ([index, record]) => {
    const error =
      refused.get(index) ??
      (await note(record).then(
        () => undefined,
        (cause: Error) => cause,
      ));
    if (error) failed.set(itemName(record), error);
  });
  return failed;
}
