import type { Shortfall } from '../../contract/incident.ts';
import type { IncidentRecord } from '../../model/incident/incident-record.ts';
import { isWhollyCounted, lastWindow, shortfallOf } from '../../model/workflow/expectation.ts';
import type { WorkflowRecord } from '../../model/workflow/workflow-record.ts';
import type { Ports } from '../../ports.ts';
import { announce } from '../incidents/announce.ts';

export interface Kept {
  /** As much was registered as is expected, or nothing is expected any more: an open incident is over. */
  over: boolean;
  /** What is missing now. */
  shortfall?: Shortfall;
}

/**
 * Looks whether as much was registered in the last window as the workflow expects, and opens an incident if not. Too
 * few are too few only in a window that was wholly counted, and enough are always enough; in between nothing is known,
 * and whatever there is stays as it is (P2).
 */
export async function keepExpectation(
  service: Pick<Ports, 'registry' | 'incidents' | 'counts' | 'state' | 'notifications' | 'clock' | 'log'>,
  {
    name,
    record,
    incidents,
  }: { name: string; record: WorkflowRecord | undefined; incidents: readonly IncidentRecord[] },
): Promise<Kept> {
  const { counts, state, clock } = service;
  if (record === undefined) return { over: false };
  const expectation = record.settings?.expect;
  if (expectation === undefined) return { over: true };
  const window = lastWindow(expectation, clock.now());
  const registered = await counts.read(name, expectation, window);
  if (registered >= expectation.atLeast) return { over: true };
  const heartbeat = await state.heartbeat();
  if (!isWhollyCounted(window, record, heartbeat?.outage)) return { over: false };
  const shortfall = shortfallOf(expectation, window, registered);
  if (!incidents.some(({ incidentKind }) => incidentKind === 'not-started')) {
    const { incident, opened } = await service.incidents.report(name, 'not-started', { shortfall });
    if (opened) await announce(service, incident, []);
  }
  return { over: false, shortfall };
}
