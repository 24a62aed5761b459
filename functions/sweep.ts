import { connectItemsTable } from '../core/aws/items/table.ts';
import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { IncidentArchive } from '../core/aws/registry/incident-archive.ts';
import { OpenIncidents } from '../core/aws/registry/open-incidents.ts';
import { OutcomeTally } from '../core/aws/registry/outcome-tally.ts';
import { RedrivesTable } from '../core/aws/registry/redrives.ts';
import { RegistrationCounts } from '../core/aws/registry/registration-counts.ts';
import { WardenState } from '../core/aws/registry/warden-state.ts';
import { connectRegistryTable } from '../core/aws/registry/workflows.ts';
import { connectTimers } from '../core/aws/timers.ts';
import { connectItemEvents } from '../core/aws/topics/item-events.ts';
import { connectNotifications } from '../core/aws/topics/notifications.ts';
import { onLambda } from '../core/lambda/entry.ts';
import { environments } from '../core/names/environment.ts';
import { type SweepService, sweep } from '../core/operations/watch/sweep.ts';
import type { Running } from '../core/running.ts';

/** Invoked every minute by a schedule. The event is not used. */
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
    items: connectItemsTable(environment, running.clock),
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
