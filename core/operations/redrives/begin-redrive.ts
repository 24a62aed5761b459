import { instant } from '../../contract/time.ts';
import type { RedriveRecord } from '../../model/redrive/redrive-record.ts';
import type { Ports } from '../../ports.ts';
import { contended } from '../../problem-error.ts';
import { mostTries } from '../items/preconditions.ts';
import { countMatching } from './breached-items.ts';

type Service = Pick<Ports, 'items' | 'registry' | 'incidents' | 'clock' | 'log'>;

/**
 * Before the first page of a redrive or discard: counts the matching items and records the redrive in the incident.
 * Returns the changes for the redrive's record; none if this was done before.
 */
export async function beginRedrive(
  service: Service,
  redrive: RedriveRecord,
): Promise<Partial<RedriveRecord>> {
  if (redrive.matched !== undefined) return {};
  let matched = 0;
  const { more, lastPosition = redrive.lastPosition } = await countMatching(service, redrive, () => {
    matched++;
  });
  if (matched > 0) await noteInIncident(service, redrive, matched);
  return { matched, lastPosition, ...(more && { more }) };
}

/**
 * Adds to the timeline of the open incident who started the redrive and for how many items. A repeat finds the entry
 * there.
 */
async function noteInIncident(
  { incidents, clock }: Service,
  { workflow, id, action, by, note }: RedriveRecord,
  items: number,
): Promise<void> {
  const entry = {
    at: instant(clock.now()),
    event: action,
    by,
    redrive: id,
    items,
    ...(note !== undefined && { note }),
  };
  for (let tries = 0; tries < mostTries; tries++) {
    const incident = await incidents.open.read(workflow, 'overdue');
    if (!incident || incident.timeline.some(({ redrive }) => redrive === id)) return;
    if (await incidents.open.change(incident, {}, entry)) return;
  }
  throw contended(`the incident of workflow "${workflow}"`);
}
