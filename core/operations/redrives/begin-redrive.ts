import type { RedriveRecord } from '../../model/redrive/redrive-record.ts';
import type { Ports } from '../../ports.ts';
import { countMatching } from './breached-items.ts';
import { noteInIncident } from './note-in-incident.ts';

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
  const { action, by, note } = redrive;
  if (matched > 0)
    await noteInIncident(service, redrive, {
      event: action,
      by,
      items: matched,
      ...(note !== undefined && { note }),
    });
  return { matched, lastPosition, ...(more && { more }) };
}
