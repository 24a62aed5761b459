import type { ItemEvent } from '../../core/contract/item-event.ts';
import type { Notification } from '../../core/contract/notification.ts';
import { sweepWorkflow } from '../../core/operations/watch/sweep-workflow.ts';
import type { Warden } from './warden.ts';

/**
 * What the sweep does for one workflow: those of other tests cost it no time. It leaves no heartbeat, so that time may
 * pass without that being an outage of the warden.
 */
export async function sweepOne({ aws: { service } }: Warden, name: string): Promise<void> {
  const kinds = ['overdue', 'warning', 'not-started'] as const;
  const found = await Promise.all(kinds.map((kind) => service.incidents.open.read(name, kind)));
  const incidents = found.filter((incident) => incident !== undefined);
  const record = await service.registry.readWorkflow(name);
  await sweepWorkflow(service, {
    name,
    record,
    incidents,
    outage: undefined,
    until: Number.POSITIVE_INFINITY,
  });
}

/** Events of items that went overdue or failed, in incidents that people were not told of. */
export function untold(events: readonly ItemEvent[], notifications: readonly Notification[]): ItemEvent[] {
  const told = new Set(notifications.map(({ incident }) => incident));
  return endsOf(events).filter(({ incident }) => incident === undefined || !told.has(incident));
}

/** That an item went overdue or failed, not that it was completed late or warned of. */
export function endsOf(events: readonly ItemEvent[]): ItemEvent[] {
  return events.filter(({ event }) => event === 'item.overdue' || event === 'item.failed');
}
