import { ItemsTable } from '../core/aws/items/table.ts';
import { incidents } from '../core/aws/registry/incidents/incidents.ts';
import { NotificationBudget } from '../core/aws/registry/notification-budget.ts';
import { OutcomeTally } from '../core/aws/registry/outcome-tally.ts';
import { Statistics } from '../core/aws/registry/statistics.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { Timers } from '../core/aws/timers.ts';
import { ItemEvents } from '../core/aws/topics/item-events.ts';
import { Notifications } from '../core/aws/topics/notifications.ts';
import { failContract } from '../core/contract/fail.ts';
import { leastTimeoutSeconds } from '../core/lambda/connect.ts';
import { serve } from '../core/lambda/serve.ts';
import { fail } from '../core/operations/items/fail.ts';

export const { create, handler } = serve(
  failContract,
  {
    items: ItemsTable,
    registry: RegistryTable,
    statistics: Statistics,
    incidents,
    outcomes: OutcomeTally,
    timers: Timers,
    itemEvents: ItemEvents,
    notifications: Notifications,
    budget: NotificationBudget,
    leastTimeoutSeconds,
  },
  async (service, { path, query: { run, attempt, type, exit }, text }) => {
    const item = await fail(service, {
      ...path,
      only: { run, attempt: numberOf(attempt) },
      output: text,
      type,
      exit: numberOf(exit),
    });
    const { state, deadline } = item;
    return { status: 200, json: { attempt: item.attempt, state, deadline }, outcome: state };
  },
);

function numberOf(digits: string | undefined): number | undefined {
  return digits === undefined ? undefined : Number(digits);
}
