import { instant } from '../../contract/time.ts';
import type { ItemRecord } from '../../model/item/item-record.ts';
import { deliveredItem } from '../../model/redrive/delivered-item.ts';
import type { Ports } from '../../ports.ts';
import { contended } from '../../problem-error.ts';
import { mostTries } from '../items/preconditions.ts';

/**
 * Records that an upstream service has accepted the redrive message of an item, if this is known: the time to its
 * deadline begins now (P2), and an automatic redrive may resume the item again. Does nothing if the item is no longer
 * open or is in another attempt. A repeat changes nothing (P4). Throws a 503 problem if the item changes all the time.
 *
 * @param before the item as it was read before its message was sent: it may have changed since
 */
export async function noteDelivery(
  { items, clock }: Pick<Ports, 'items' | 'clock'>,
  before: ItemRecord,
): Promise<void> {
  const { workflow, item, attempt } = before;
  let seen: ItemRecord | undefined = before;
  for (let tries = 0; tries <= mostTries; tries++) {
    if (seen === undefined || seen.attempt !== attempt || seen.taken !== false) return;
    if (await items.replace(deliveredItem(seen, instant(clock.now())), seen.revision)) return;
    seen = await items.readOpen(workflow, item);
  }
  throw contended(`item "${item}"`);
}
