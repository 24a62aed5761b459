import type { Redrive } from '../../contract/redrive.ts';
import { redriveView } from '../../model/redrive/redrive-view.ts';
import type { Ports } from '../../ports.ts';
import { redriveNotFound } from './change-redrive.ts';

/** A redrive or discard with its progress. Throws a 404 problem if there is none. */
export async function readRedrive(
  { redrives, clock }: Pick<Ports, 'redrives' | 'clock'>,
  { workflow, redrive }: { workflow: string; redrive: string },
): Promise<Redrive> {
  const record = await redrives.read(workflow, redrive);
  if (record === undefined || record.state === 'planned') throw redriveNotFound(workflow, redrive);
  return redriveView(record, clock.now());
}
