import { itemsOf, type TimerMessage } from '../../contract/timer-message.ts';
import { itemName } from '../../model/item/item-record.ts';
import type { Ports } from '../../ports.ts';
import { Announcer } from '../incidents/announcer.ts';
import type { DueItem } from './check-item.ts';
import { checkItems } from './check-items.ts';
import { findOutage } from './find-outage.ts';

/**
 * Handles fired timers, however late or often they arrive. Returns the items that could not be handled, by
 * `itemName`, with the error; their timers must be handled again.
 */
export async function checkTimers(
  service: Pick<
    Ports,
    | 'items'
    | 'registry'
    | 'incidents'
    | 'statistics'
    | 'state'
    | 'timers'
    | 'itemEvents'
    | 'notifications'
    | 'budget'
    | 'clock'
    | 'log'
    | 'leastTimeoutSeconds'
    | 'wait'
  >,
  messages: readonly TimerMessage[],
): Promise<Map<string, Error>> {
  const outage = await findOutage(service);
  const announcer = new Announcer(service, service.wait);
  const failed = await checkItems(service, byItem(messages), { caughtBy: 'timer', outage }, announcer);
  await announcer.announceAll();
  return failed;
}

function byItem(messages: readonly TimerMessage[]): DueItem[] {
  const due = new Map<string, DueItem>();
  for (const timer of messages) {
    for (const item of itemsOf(timer)) {
      const { workflow } = timer;
      const name = itemName({ workflow, item });
      const timers = due.get(name)?.timers ?? [];
      due.set(name, { workflow, item, timers: [...timers, timer] });
    }
  }
  return [...due.values()];
}
