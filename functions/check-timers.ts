import { ItemsTable } from '../core/aws/items/table.ts';
import { OpenIncidents } from '../core/aws/registry/open-incidents.ts';
import { WardenState } from '../core/aws/registry/warden-state.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { Timers } from '../core/aws/timers.ts';
import { ItemEvents } from '../core/aws/topics/item-events.ts';
import { Notifications } from '../core/aws/topics/notifications.ts';
import { itemsOf, TimerMessage } from '../core/contract/timer-message.ts';
import { leastTimeoutSeconds } from '../core/lambda/connect.ts';
import { entry } from '../core/lambda/entry.ts';
import { queueFunction } from '../core/lambda/queue-function.ts';
import { itemName } from '../core/model/item/item-record.ts';
import { checkTimers } from '../core/operations/watch/check-timers.ts';

/** Items of one message that are named in the log when they fail. */
const mostLogged = 20;

const connectors = {
  items: ItemsTable,
  registry: RegistryTable,
  incidents: OpenIncidents,
  state: WardenState,
  timers: Timers,
  itemEvents: ItemEvents,
  notifications: Notifications,
  leastTimeoutSeconds,
};

export const { create, handler } = entry('check-timers', connectors, (service) => {
  const fieldsOf = ({ workflow, item, timer, armedAt }: TimerMessage) => ({ workflow, item, timer, armedAt });
  return queueFunction('check-timers', TimerMessage, fieldsOf, service, async (messages) => {
    const failed = await checkTimers(service, messages);
    // The other items of the same timer are looked at again, which changes nothing for them (P4).
    return (message) => {
      const errorOf = (item: string) => failed.get(itemName({ workflow: message.workflow, item }));
      const items = itemsOf(message).filter(errorOf);
      const [error] = items.flatMap((item) => errorOf(item) ?? []);
      return error && { error, fields: { failedItems: items.length, items: items.slice(0, mostLogged) } };
    };
  });
});
