import type { Shortfall } from '../../contract/incident.ts';
import type { IncidentRecord } from '../../model/incident/incident-record.ts';
import { isWhollyCounted, lastWindow, shortfallOf } from '../../model/workflow/expectation.ts';
import type { WorkflowRecord } from '../../model/workflow/workflow-record.ts';
import type { Ports } from '../../ports.ts';
import { announce } from '../incidents/announce.ts';

export interface Kept {
  /** Enough items were registered, or none are expected any more: an open incident is over. */
  over: boolean;
  /** The current shortfall. */
  shortfall?: Shortfall;
}

/**
 * Checks whether the last window had the registrations that the workflow expects, and opens an incident if not. A
 * shortfall counts only if the whole window was counted; reaching the minimum always counts. Otherwise we cannot
 * tell, and leave the incident as it is (P2).
 */
export async function keepExpectation(
  service: Pick<
    Ports,
    'items' | 'registry' | 'incidents' | 'counts' | 'state' | 'notifications' | 'budget' | 'clock' | 'log'
  >,
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
  if (!incidents.some(({ incidentKind }) => incidentKind === 'shortfall')) {
    const news = { shortfall };
    const { incident, opened } = await service.incidents.open.report(name, 'shortfall', news, true);
    await announce(service, { incident, opened, records: [] });
  }
  return { over: false, shortfall };
}
