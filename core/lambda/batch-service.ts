import { ItemsTable } from '../aws/items/table.ts';
import { incidents } from '../aws/registry/incidents/incidents.ts';
import { NotificationBudget } from '../aws/registry/notification-budget.ts';
import { OutcomeTally } from '../aws/registry/outcome-tally.ts';
import { RegistrationCounts } from '../aws/registry/registration-counts.ts';
import { Statistics } from '../aws/registry/statistics.ts';
import { RegistryTable } from '../aws/registry/workflows.ts';
import { Timers } from '../aws/timers.ts';
import { ItemEvents } from '../aws/topics/item-events.ts';
import { Notifications } from '../aws/topics/notifications.ts';
import type { BatchResult } from '../operations/items/batch.ts';
import { leastTimeoutSeconds, workflowLimit } from './connect.ts';

/** The connectors of the functions that carry out the operations of a batch: over HTTP, and from the ingest queue. */
export const batchConnectors = {
  items: ItemsTable,
  registry: RegistryTable,
  statistics: Statistics,
  incidents,
  outcomes: OutcomeTally,
  counts: RegistrationCounts,
  timers: Timers,
  itemEvents: ItemEvents,
  notifications: Notifications,
  budget: NotificationBudget,
  leastTimeoutSeconds,
  workflowLimit,
};

/** The metrics of these results. */
export function batchMetrics(results: readonly BatchResult[]) {
  const outcomes = results.flatMap((result) => ('outcome' in result ? [result.outcome] : []));
  const count = (...these: string[]) => outcomes.filter((outcome) => these.includes(outcome)).length;
  return {
    Registrations: count('created', 'restarted'),
    Completions: count('on-time', 'late'),
    CompletedLate: count('late'),
    Failures: results.filter(({ status }) => status >= 500).length,
  };
}
