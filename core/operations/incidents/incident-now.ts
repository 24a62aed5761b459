import { readQueues } from '../../aws/items/queues.ts';
import type { IncidentRecord } from '../../model/incident/incident-record.ts';
import { countsKnown, type IncidentNow, isResolved } from '../../model/incident/incident-view.ts';
import { incidentKinds } from '../../model/incident/kinds.ts';
import { recoveringOf } from '../../model/incident/notification.ts';
import type { Ports } from '../../ports.ts';

/** The current counts, from the index, and outcomes of an open incident. Undefined if it is resolved. */
export async function incidentNow(
  { items, registry, outcomes }: Pick<Ports, 'items' | 'registry' | 'outcomes'>,
  incident: IncidentRecord,
): Promise<IncidentNow | undefined> {
  if (isResolved(incident)) return undefined;
  const queues = await readQueues(registry, incident.workflow);
  const kind = incidentKinds[incident.incidentKind];
  const stuck = kind.isOfStuck === true && (await items.byTime.countStuck(queues));
  const breached = await items.byTime.countBreached(queues, kind.itemQueues);
  const resumed =
    incident.resumedAt === undefined ? undefined : await items.byTime.countResumed(queues, incident.id);
  // Only the sweep finds records that cannot be read.
  const { unreadable } = countsKnown(incident) ?? {};
  return {
    counts: kind.counts(incident, {
      ...breached,
      ...(unreadable && { unreadable }),
      ...(stuck !== false && { stuck }),
    }),
    outcomes: await outcomes.read(incident.id),
    ...(resumed && resumed.count > 0 && { recovering: recoveringOf(resumed) }),
  };
}
