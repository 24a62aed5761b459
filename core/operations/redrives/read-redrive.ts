import type { Redrive } from '../../contract/redrive.ts';
import { redriveView } from '../../model/redrive/redrive-view.ts';
import type { Ports } from '../../ports.ts';
import { redriveNotFound } from './change-redrive.ts';
import { resumedOutcomes } from './resumed-outcomes.ts';

/** A redrive or discard with its progress, and what became of the resumed items. Throws a 404 problem if there is none. */
export async function readRedrive(
  service: Pick<Ports, 'items' | 'redrives' | 'clock'>,
  { workflow, redrive }: { workflow: string; redrive: string },
): Promise<Redrive> {
  const record = await service.redrives.read(workflow, redrive);
  if (record === undefined || record.state === 'planned') throw redriveNotFound(workflow, redrive);
  const view = redriveView(record, service.clock.now());
  return record.action === 'redrive' ? { ...view, ...(await resumedOutcomes(service, record)) } : view;
}
