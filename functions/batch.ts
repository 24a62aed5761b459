import { ItemsTable } from '../core/aws/items/table.ts';
import { incidents } from '../core/aws/registry/incidents/incidents.ts';
import { NotificationBudget } from '../core/aws/registry/notification-budget.ts';
import { OutcomeTally } from '../core/aws/registry/outcome-tally.ts';
import { RegistrationCounts } from '../core/aws/registry/registration-counts.ts';
import { Statistics } from '../core/aws/registry/statistics.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { Timers } from '../core/aws/timers.ts';
import { ItemEvents } from '../core/aws/topics/item-events.ts';
import { Notifications } from '../core/aws/topics/notifications.ts';
import { batchContract } from '../core/contract/batch.ts';
import { parseOperations } from '../core/lambda/batch-operations.ts';
import { leastTimeoutSeconds, workflowLimit } from '../core/lambda/connect.ts';
import { serve } from '../core/lambda/serve.ts';
import { visibleTo } from '../core/lambda/visible-to.ts';
import { type BatchResult, batch, batchStatus } from '../core/operations/items/batch.ts';

export const { create, handler } = serve(
  batchContract,
  {
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
  },
  async (service, { path, body, text, caller }) => {
    const operations = parseOperations(body.operations, text);
    const results = await batch(service, { ...path, operations });
    service.log.metrics(metricsOf(results));
    const failed = results.filter(({ status }) => status >= 400).length;
    return {
      status: batchStatus(results),
      json: { results: results.map((result) => visibleTo(caller, result)) },
      outcome: `${results.length - failed} done, ${failed} not`,
      ...(failed === results.length && retryLater(results)),
    };
  },
);

function retryLater(results: readonly BatchResult[]) {
  return results.some(({ status }) => status >= 500) ? { headers: { 'retry-after': '1' } } : {};
}

function metricsOf(results: readonly BatchResult[]) {
  const outcomes = results.flatMap((result) => ('outcome' in result ? [result.outcome] : []));
  const count = (...these: string[]) => outcomes.filter((outcome) => these.includes(outcome)).length;
  return {
    Registrations: count('created', 'restarted'),
    Completions: count('on-time', 'late'),
    CompletedLate: count('late'),
    Failures: results.filter(({ status }) => status >= 500).length,
  };
}
