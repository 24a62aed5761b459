import type { TimelineEntry } from '../../contract/incident.ts';
import { instant } from '../../contract/time.ts';
import type { RedriveRecord } from '../../model/redrive/redrive-record.ts';
import type { Ports } from '../../ports.ts';
import { contended } from '../../problem-error.ts';
import { mostTries } from '../items/preconditions.ts';

type Noted = Pick<TimelineEntry, 'event'> & Partial<Pick<TimelineEntry, 'by' | 'byName' | 'note' | 'items'>>;

/**
 * Adds to the timeline of the open incident what happens to a redrive or discard. The start and the end are noted once:
 * a repeat finds the entry there. A redrive moves items from breached to waiting, so the incident cannot end while the
 * index may have them in neither place.
 */
export async function noteInIncident(
  { incidents, clock }: Pick<Ports, 'incidents' | 'clock'>,
  { workflow, id, action, filter }: Pick<RedriveRecord, 'workflow' | 'id' | 'action' | 'filter'>,
  noted: Noted,
): Promise<void> {
  const at = instant(clock.now());
  const kind = filter.started === false ? 'not-started' : 'overdue';
  const entry = { at, redrive: id, ...noted };
  const isRepeated =
    noted.event === action || noted.event === `${action}-ended` || noted.event === `${action}-aborted`;
  for (let tries = 0; tries < mostTries; tries++) {
    const incident = await incidents.open.read(workflow, kind);
    if (!incident) return;
    const isThere = incident.timeline.some(({ redrive, event }) => redrive === id && event === noted.event);
    if (isRepeated && isThere) return;
    const resumed = action === 'redrive' ? { resumedAt: at } : {};
    if (await incidents.open.change(incident, resumed, entry)) return;
  }
  throw contended(`the incident of workflow "${workflow}"`);
}

/** Adds that a redrive or discard has ended, if it has. */
export async function noteEnd(
  service: Pick<Ports, 'incidents' | 'clock'>,
  redrive: Pick<RedriveRecord, 'workflow' | 'id' | 'action' | 'filter' | 'state' | 'resumed' | 'matched'>,
): Promise<void> {
  const { action, state, resumed, matched } = redrive;
  if (state === 'done' && matched !== 0) {
    await noteInIncident(service, redrive, { event: `${action}-ended`, items: resumed });
  }
  if (state === 'aborted') await noteInIncident(service, redrive, { event: `${action}-aborted` });
}
