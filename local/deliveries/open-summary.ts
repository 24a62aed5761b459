import { randomUUID } from 'node:crypto';
import { type Digest, mostDigested } from '../../core/contract/digest.ts';
import { type Digested, digestOf } from '../../core/model/incident/digest.ts';
import { noOutcomes } from '../../core/model/incident/notification.ts';
import { isSilenced } from '../../core/model/workflow/workflow-record.ts';
import type { Ports } from '../../core/ports.ts';

/**
 * A digest of the open incidents that people were notified of, for a receiver that did not get those notifications: its
 * webhook is new, or its URL was corrected. Undefined if there are none. An incident that cannot be read is left to the
 * sweep, which reports it.
 */
export async function openSummary({
  incidents,
  registry,
  clock,
}: Pick<Ports, 'incidents' | 'registry' | 'clock'>): Promise<Digest | undefined> {
  const now = clock.now();
  const open: Digested[] = [];
  for await (const incident of incidents.open.all()) {
    if ('error' in incident || incident.notified === 0 || incident.counts === undefined) continue;
    const workflow = await registry.readWorkflow(incident.workflow);
    if (isSilenced(workflow, now)) continue;
    const { counts, outcomes = noOutcomes } = incident;
    const severity = workflow?.settings?.severity;
    open.push({ incident, facts: { event: 'reminder', counts, outcomes, severity } });
    if (open.length === mostDigested) break;
  }
  // An id of its own: other receivers may get reminders of the same incidents in a digest.
  return open.length === 0 ? undefined : { ...digestOf(open, now), id: `digest.${randomUUID()}` };
}
