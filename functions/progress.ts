import { ItemsTable } from '../core/aws/items/table.ts';
import { incidents } from '../core/aws/registry/incidents/incidents.ts';
import { NotificationBudget } from '../core/aws/registry/notification-budget.ts';
import { OutcomeTally } from '../core/aws/registry/outcome-tally.ts';
import { Statistics } from '../core/aws/registry/statistics.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { Timers } from '../core/aws/timers.ts';
import { ItemEvents } from '../core/aws/topics/item-events.ts';
import { Notifications } from '../core/aws/topics/notifications.ts';
import { progressContract } from '../core/contract/item.ts';
import { leastTimeoutSeconds } from '../core/lambda/connect.ts';
import { serve } from '../core/lambda/serve.ts';
import { visibleTo } from '../core/lambda/visible-to.ts';
import { progress } from '../core/operations/items/progress.ts';

export const { create, handler } = serve(
  progressContract,
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
  async (service, { path, query, body, data, attempt, caller }) => {
    const item = await progress(service, { ...path, only: { attempt, run: query.run }, request: body, data });
    return {
      status: 200,
      json: visibleTo(caller, item),
      headers: { etag: `"${item.attempt}"` },
      outcome: item.state,
    };
  },
);
