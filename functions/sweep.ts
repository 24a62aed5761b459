import { AuditLog } from '../core/aws/audit-log.ts';
import { IncidentArchive } from '../core/aws/incident-archive.ts';
import { connectItemEvents } from '../core/aws/item-events.ts';
import { connectItemsTable } from '../core/aws/items-table.ts';
import { connectNotifications } from '../core/aws/notifications.ts';
import { OpenIncidents } from '../core/aws/open-incidents.ts';
import { OutcomeTally } from '../core/aws/outcome-tally.ts';
import { RedrivesTable } from '../core/aws/redrives-table.ts';
import { RegistrationCounts } from '../core/aws/registration-counts.ts';
import { connectRegistryTable } from '../core/aws/registry-table.ts';
import { connectTimers } from '../core/aws/timers.ts';
import { WardenState } from '../core/aws/warden-state.ts';
import { environments } from '../core/environment.ts';
import { onLambda, type Running } from '../core/lambda/entry.ts';
import { type SweepService, sweep } from '../core/operations/sweep.ts';

/** Invoked every minute by a schedule. Its event says nothing that matters. */
export function create(service: SweepService & Running) {
  return async (): Promise<void> => {
    const started = service.clock.now();
    await sweep(service);
    service.log.info('handled', { operation: 'sweep', durationMs: service.clock.now() - started });
  };
}

export const handler = onLambda(environments.sweep, (environment, running) => {
  const registry = connectRegistryTable(environment, running.clock);
  const { client, name } = registry;
  return create({
    ...running,
    items: connectItemsTable(environment),
    registry,
    incidents: new OpenIncidents(client, name, running.clock),
    archive: new IncidentArchive(client, name),
    outcomes: new OutcomeTally(client, name),
    redrives: new RedrivesTable(client, name),
    audit: new AuditLog(client, name, running.clock),
    counts: new RegistrationCounts(client, name, running.log),
    state: new WardenState(client, name, running.clock),
    timers: connectTimers(environment, running),
    itemEvents: connectItemEvents(environment),
    notifications: connectNotifications(environment),
    leastTimeoutSeconds: environment.LEAST_TIMEOUT_SECONDS,
  });
});
