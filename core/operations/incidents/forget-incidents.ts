import type { Ports } from '../../ports.ts';

/**
 * Removes past incidents that were resolved before that time, the oldest first: `most` at a time, and none after `until`.
 * Times are in ms since the epoch.
 */
export async function forgetIncidents(
  { incidents, outcomes, clock }: Pick<Ports, 'incidents' | 'outcomes' | 'clock'>,
  { before, most, until }: { before: number; most: number; until: number },
): Promise<void> {
  let forgotten = 0;
  // Their ids order by time.
  for await (const incident of incidents.past.all({ limit: most })) {
    if ('error' in incident) continue;
    const isLast = forgotten === most || clock.now() >= until;
    if (Date.parse(incident.openedAt) >= before || isLast) return;
    if (Date.parse(incident.resolvedAt ?? incident.openedAt) >= before) continue;
    await outcomes.forget(incident.id);
    await incidents.past.remove(incident);
    forgotten++;
  }
}
