import { connectItemsTable } from '../core/aws/items/table.ts';
import { OpenIncidents } from '../core/aws/registry/open-incidents.ts';
import { WardenState } from '../core/aws/registry/warden-state.ts';
import { connectRegistryTable } from '../core/aws/registry/workflows.ts';
import { connectTimers } from '../core/aws/timers.ts';
import { connectItemEvents } from '../core/aws/topics/item-events.ts';
import { connectNotifications } from '../core/aws/topics/notifications.ts';
import { itemsOf, TimerMessage } from '../core/contract/timer-message.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { type Failure, queueFunction } from '../core/lambda/queue-function.ts';
import { itemName } from '../core/model/item/item-record.ts';
import { environments } from '../core/names/environment.ts';
import type { CheckItemsService } from '../core/operations/watch/check-items.ts';
import { checkTimers } from '../core/operations/watch/check-timers.ts';
import type { Running } from '../core/running.ts';

/** How many failed items of one message are named in the log. */
const mostLogged = 20;

export function create(service: CheckItemsService & Running) {
  return queueFunction('check-timers', TimerMessage, service, async (messages) => {
    const bodies = messages.map(({ body }) => body);
    const failed = await checkTimers(service, bodies);
    return new Map(
      messages.flatMap(({ messageId, body }) => {
        const failure = failureOf(body, failed);
        return failure ? [[messageId, failure]] : [];
      }),
    );
  });
}

/** The other items of the same timer are checked again, which changes nothing for them (P4). */
function failureOf(message: TimerMessage, failed: ReadonlyMap<string, Error>): Failure | undefined {
  const errorOf = (item: string) => failed.get(itemName({ workflow: message.workflow, item }));
  const items = itemsOf(message).filter(errorOf);
  const [error] = items.flatMap((item) => errorOf(item) ?? []);
  const { workflow, item, timer, armedAt } = message;
  const logged = { failedItems: items.length, items: items.slice(0, mostLogged) };
  return error && { error, fields: { workflow, item, timer, armedAt, ...logged } };
}

export const handler = onLambda(environments['check-timers'], (environment, running) => {
  const registry = connectRegistryTable(environment, running.clock);
  return create({
    ...running,
    items: connectItemsTable(environment, running.clock),
    registry,
    incidents: new OpenIncidents(registry.client, registry.name, running.clock),
    state: new WardenState(registry.client, registry.name, running.clock),
    timers: connectTimers(environment, running),
    itemEvents: connectItemEvents(environment),
    notifications: connectNotifications(environment),
    leastTimeoutSeconds: environment.LEAST_TIMEOUT_SECONDS,
  });
});
