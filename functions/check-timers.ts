import { ItemsTable } from '../core/aws/items/table.ts';
import { incidents } from '../core/aws/registry/incidents/incidents.ts';
import { NotificationBudget } from '../core/aws/registry/notification-budget.ts';
import { Statistics } from '../core/aws/registry/statistics.ts';
import { WardenState } from '../core/aws/registry/warden-state.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { Timers } from '../core/aws/timers.ts';
import { ItemEvents } from '../core/aws/topics/item-events.ts';
import { Notifications } from '../core/aws/topics/notifications.ts';
import { itemsOf, TimerMessage } from '../core/contract/timer-message.ts';
import { leastTimeoutSeconds, wait } from '../core/lambda/connect.ts';
import { entry } from '../core/lambda/entry.ts';
import { type Failure, queueFunction } from '../core/lambda/queue-function.ts';
import { itemName } from '../core/model/item/item-record.ts';
import { checkTimers } from '../core/operations/watch/check-timers.ts';

/** How many failed items of one message are named in the log. */
const mostLogged = 20;

const connectors = {
  items: ItemsTable,
  registry: RegistryTable,
  statistics: Statistics,
  incidents,
  state: WardenState,
  timers: Timers,
  itemEvents: ItemEvents,
  notifications: Notifications,
  budget: NotificationBudget,
  leastTimeoutSeconds,
  wait,
};

export const { create, handler } = entry('check-timers', connectors, (service) =>
  queueFunction('check-timers', TimerMessage, service, async (messages) => {
    const bodies = messages.map(({ body }) => body);
    const failed = await checkTimers(service, bodies);
    return new Map(
      messages.flatMap(({ messageId, body }) => {
        const failure = failureOf(body, failed);
        return failure ? [[messageId, failure]] : [];
      }),
    );
  }),
);

/** The other items of the same timer are checked again, which changes nothing for them (P4). */
function failureOf(message: TimerMessage, failed: ReadonlyMap<string, Error>): Failure | undefined {
  const errorOf = (item: string) => failed.get(itemName({ workflow: message.workflow, item }));
  const items = itemsOf(message).filter(errorOf);
  const [error] = items.flatMap((item) => errorOf(item) ?? []);
  const { workflow, item, timer, armedAt } = message;
  const logged = { failedItems: items.length, items: items.slice(0, mostLogged) };
  return error && { error, fields: { workflow, item, timer, armedAt, ...logged } };
}
