import { IncidentKind } from '../../core/contract/incident.ts';
import type { ItemEvent } from '../../core/contract/item-event.ts';
import type { Notification } from '../../core/contract/notification.ts';
import { HeldBack } from '../../core/operations/incidents/held-back.ts';
import { sweepWorkflow } from '../../core/operations/watch/sweep-workflow.ts';
import type { Warden } from './warden.ts';

/**
 * The sweep of one workflow, so that workflows of other tests cost no time. It records no heartbeat, so time may pass
 * without an outage of the warden.
 *
 * @param until when it stops reading items, in ms since the epoch; it reads at least one page
 */
export async function sweepOne(
  { aws: { service } }: Warden,
  name: string,
  until = Number.POSITIVE_INFINITY,
): Promise<void> {
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
    until,
  });
  await held.notify(service);
}

/** Events of items that went overdue, failed or were not started in time, in incidents that were not notified. */
export function untold(events: readonly ItemEvent[], notifications: readonly Notification[]): ItemEvent[] {
  const told = new Set(notifications.map(({ incident }) => incident));
  return endsOf(events).filter(({ incident }) => incident === undefined || !told.has(incident));
}

/** Whether an item was breached, rather than completed late or warned of. */
export function endsOf(events: readonly ItemEvent[]): ItemEvent[] {
  return events.filter(({ event }) => ['item.overdue', 'item.not-started', 'item.failed'].includes(event));
}
