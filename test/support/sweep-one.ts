import { IncidentKind } from '../../core/contract/incident.ts';
import type { ItemEvent } from '../../core/contract/item-event.ts';
import type { Notification } from '../../core/contract/notification.ts';
import { HeldBack } from '../../core/operations/incidents/held-back.ts';
import { sweepWorkflow } from '../../core/operations/watch/sweep-workflow.ts';
import type { Warden } from './warden.ts';

/**
 * What the sweep does for one workflow: those of other tests cost it no time. It leaves no heartbeat, so that time may
 * pass without that being an outage of the warden.
 */
export async function sweepOne({ aws: { service } }: Warden, name: string): Promise<void> {
  const found = await Promise.all(
    IncidentKind.options.map((kind) => service.incidents.open.read(name, kind)),
  );
  const incidents = found.filter((incident) => incident !== undefined);
  const record = await service.registry.readWorkflow(name);
  const held = new HeldBack();
  await sweepWorkflow(service, {
    name,
    record,
    incidents,
    outage: undefined,
    held,
    until: Number.POSITIVE_INFINITY,
  });
  await held.tell(service);
}

/** Events of items that went overdue, failed or were not started in time, in incidents that people were not told of. */
export function untold(events: readonly ItemEvent[], notifications: readonly Notification[]): ItemEvent[] {
  const told = new Set(notifications.map(({ incident }) => incident));
  return endsOf(events).filter(({ incident }) => incident === undefined || !told.has(incident));
}

/** That an item was breached, not that it was completed late or warned of. */
export function endsOf(events: readonly ItemEvent[]): ItemEvent[] {
  return events.filter(({ event }) => ['item.overdue', 'item.not-started', 'item.failed'].includes(event));
}
