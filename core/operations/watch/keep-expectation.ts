import type { Shortfall } from '../../contract/incident.ts';
import type { IncidentRecord } from '../../model/incident/incident-record.ts';
import { judge } from '../../model/workflow/expectation.ts';
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
 * Checks whether as many items were registered as the workflow expects, up to now, and opens an incident if not. If the
 * registrations cannot be judged, the incident stays unchanged (P2), and the health check says so (P7).
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
  const { counts, state, clock, log } = service;
  if (record === undefined) return { over: false };
  const expectation = record.settings?.expect;
  if (expectation === undefined) return { over: true };
  const counted = await counts.readAll(name, expectation);
  const judged = judge(expectation, record, counted, await state.outages(), clock.now());
  if (judged.is === 'enough') return { over: true };
  if (judged.is === 'not known') {
    log.warn('registrations cannot be judged: the warden was down for too long', { workflow: name });
    state.noteUnjudged(name);
  }
  if (judged.is !== 'short') return { over: false };
  const { shortfall } = judged;
  if (!incidents.some(({ incidentKind }) => incidentKind === 'shortfall')) {
    const news = { shortfall };
    const { incident, opened } = await service.incidents.open.report(name, 'shortfall', news, true);
    await announce(service, { incident, opened, records: [] });
  }
  return { over: false, shortfall };
}
