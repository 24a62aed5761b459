import pLimit from 'p-limit';
import { instant } from '../../contract/time.ts';
import { itemEvent } from '../../model/item/item-event.ts';
import { type ItemRecord, itemName } from '../../model/item/item-record.ts';
import type { Ports } from '../../ports.ts';
import type { Reporting } from '../incidents/report.ts';

/** How many items of a workflow are recorded as warned at the same time. */
const parallel = 16;

/**
 * Warns of items of one workflow that are late but not yet overdue: an incident of its own kind, so that people
 * receive few warnings however many items are late (P6). The items only record that the warning was sent.
 */
export async function warn(
  { items, incidents, itemEvents, clock }: Pick<Ports, 'items' | 'incidents' | 'itemEvents' | 'clock'>,
  workflow: string,
  late: readonly ItemRecord[],
): Promise<Reporting> {
  const failed = new Map<string, Error>();
  const at = instant(clock.now());
  const news = { warned: late.length, newestAt: at };
  const { incident, opened } = await incidents.open.report(workflow, 'warning', news, true);
  const events = late.map((record) => itemEvent('item.warned', { ...record, incident: incident.id }, at));
  const refused = await itemEvents.publish(events);
  await pLimit(parallel).map([...late.entries()], async ([index, record]) => {
    const error =
      refused.get(index) ??
      (await items.recordWarning(record, at).then(
        () => undefined,
        (cause: Error) => cause,
      ));
    if (error) failed.set(itemName(record), error);
  });
  return { failed, incident, opened };
}
