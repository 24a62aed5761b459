import { connectItemEvents } from '../core/aws/item-events.ts';
import { connectItemsTable } from '../core/aws/items-table.ts';
import { connectNotifications } from '../core/aws/notifications.ts';
import { OpenIncidents } from '../core/aws/open-incidents.ts';
import { connectRegistryTable } from '../core/aws/registry-table.ts';
import { connectTimers } from '../core/aws/timers.ts';
import { WardenState } from '../core/aws/warden-state.ts';
import { TimerMessage } from '../core/contract/timer-message.ts';
import { environments } from '../core/environment.ts';
import { onLambda, type Running } from '../core/lambda/entry.ts';
import { queueFunction } from '../core/lambda/queue-function.ts';
import type { CheckItemsService } from '../core/operations/check-items.ts';
import { checkTimers } from '../core/operations/check-timers.ts';
import { primaryKey } from '../core/records/item-record.ts';

export function create(service: CheckItemsService & Running) {
  return queueFunction('check-timers', TimerMessage, service, async (messages) => {
    const failed = await checkTimers(service, messages);
    return ({ workflow, item }) => failed.get(primaryKey(workflow, item));
  });
}

export const handler = onLambda(environments['check-timers'], (environment, running) => {
  const registry = connectRegistryTable(environment, running.clock);
  return create({
    ...running,
    items: connectItemsTable(environment),
    registry,
    incidents: new OpenIncidents(registry.client, registry.name, running.clock),
    state: new WardenState(registry.client, registry.name, running.clock),
    timers: connectTimers(environment, running),
    itemEvents: connectItemEvents(environment),
    notifications: connectNotifications(environment),
    leastTimeoutSeconds: environment.LEAST_TIMEOUT_SECONDS,
  });
});
