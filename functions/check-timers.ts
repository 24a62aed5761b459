import { connectItemsTable } from '../core/aws/items-table.ts';
import { connectNotifications } from '../core/aws/notifications.ts';
import { connectTimers } from '../core/aws/timers.ts';
import { TimerMessage } from '../core/contract/timer-message.ts';
import { environments } from '../core/environment.ts';
import { onLambda, type Running } from '../core/lambda/entry.ts';
import { queueFunction } from '../core/lambda/queue-function.ts';
import { type CheckTimersService, checkTimers } from '../core/operations/check-timers.ts';
import { primaryKey } from '../core/records/item-record.ts';

export function create(service: CheckTimersService & Running) {
  return queueFunction('check-timers', TimerMessage, service, async (messages) => {
    const failed = await checkTimers(service, messages);
    return ({ workflow, item }) => failed.get(primaryKey(workflow, item));
  });
}

export const handler = onLambda(environments['check-timers'], (environment, running) =>
  create({
    ...running,
    items: connectItemsTable(environment),
    timers: connectTimers(environment, running),
    notifications: connectNotifications(environment),
    leastTimeoutSeconds: environment.LEAST_TIMEOUT_SECONDS,
  }),
);
