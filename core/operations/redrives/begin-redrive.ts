import { instant } from '../../contract/time.ts';
import type { RedriveRecord } from '../../model/redrive/redrive-record.ts';
import type { Ports } from '../../ports.ts';
import { contended } from '../../problem-error.ts';
import { mostTries } from '../items/preconditions.ts';
import { countEnded } from './ended-items.ts';

type Service = Pick<Ports, 'items' | 'registry' | 'incidents' | 'clock' | 'log'>;

/**
 * Before the first page of a redrive or discard: counts what it is about, and notes it in the incident. Gives what is to
 * be noted on the redrive; nothing if that was done.
 */
export async function beginRedrive(
  service: Service,
  redrive: RedriveRecord,
): Promise<Partial<RedriveRecord>> {
  if (redrive.matched !== undefined) return {};
  let matched = 0;
  const { more, lastPosition = redrive.lastPosition } = await countEnded(service, redrive, () => {
    matched++;
  });
  if (matched > 0) await noteInIncident(service, redrive, matched);
  return { matched, lastPosition, ...(more && { more }) };
}

/** Who began it, for how many items, in the timeline of the open incident. A repeat finds it there. */
async function noteInIncident(
  { incidents, clock }: Service,
  { workflow, id, action, by }: RedriveRecord,
  items: number,
): Promise<void> {
  const entry = { at: instant(clock.now()), event: action, by, redrive: id, items };
  for (let tries = 0; tries < mostTries; tries++) {
    const incident = await incidents.read(workflow, 'overdue');
    if (!incident || incident.timeline.some(({ redrive }) => redrive === id)) return;
    if (await incidents.change(incident, {}, entry)) return;
  }
  throw contended(`the incident of workflow "${workflow}"`);
}
