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
 * @param before the item as it was read before its message was sent; without it, it is read
 */
export async function noteDelivery(
  { items, clock }: Pick<Ports, 'items' | 'clock'>,
  { workflow, item, attempt }: { workflow: string; item: string; attempt: number },
  before?: ItemRecord,
): Promise<void> {
  let seen = before;
  for (let tries = 0; tries <= mostTries; tries++) {
    // Read before a post that took a while, it may have changed since: that is no lost race.
    if (tries > 0 || seen === undefined) seen = await items.readOpen(workflow, item);
    if (seen === undefined || seen.attempt !== attempt || seen.taken !== false) return;
    if (await items.replace(deliveredItem(seen, instant(clock.now())), seen.revision)) return;
  }
  throw contended(`item "${item}"`);
}
