import { ItemsTable } from '../core/aws/items/table.ts';
import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { incidents } from '../core/aws/registry/incidents/incidents.ts';
import { NotificationBudget } from '../core/aws/registry/notification-budget.ts';
import { OutcomeTally } from '../core/aws/registry/outcome-tally.ts';
import { RedrivesTable } from '../core/aws/registry/redrives.ts';
import { RegistrationCounts } from '../core/aws/registry/registration-counts.ts';
import { Statistics } from '../core/aws/registry/statistics.ts';
import { WardenState } from '../core/aws/registry/warden-state.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { Timers } from '../core/aws/timers.ts';
import { ItemEvents } from '../core/aws/topics/item-events.ts';
import { Notifications } from '../core/aws/topics/notifications.ts';
import { Subscribers } from '../core/aws/topics/subscribers.ts';
import { leastTimeoutSeconds } from '../core/lambda/connect.ts';
import { entry } from '../core/lambda/entry.ts';
import { sweep } from '../core/operations/watch/sweep.ts';

const connectors = {
  items: ItemsTable,
  registry: RegistryTable,
  statistics: Statistics,
  incidents,
  outcomes: OutcomeTally,
  redrives: RedrivesTable,
  counts: RegistrationCounts,
  state: WardenState,
  audit: AuditLog,
  timers: Timers,
  itemEvents: ItemEvents,
  notifications: Notifications,
  budget: NotificationBudget,
  subscribers: Subscribers,
  leastTimeoutSeconds,
};

/** Invoked every minute by a schedule. The event is not used. */
export const { create, handler } = entry('sweep', connectors, (service) => async () => {
  const started = service.clock.now();
  await sweep(service);
  service.log.info('handled', { operation: 'sweep', durationMs: service.clock.now() - started });
});
