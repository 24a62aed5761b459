import { errorFields } from '../../log.ts';
import { isRecent, newOutage } from '../../model/warden/outage.ts';
import type { WardenOutage } from '../../model/warden/warden-state.ts';
import type { Ports } from '../../ports.ts';

/**
 * The outage of the warden itself that has just ended, if there was one: no sweep ended for minutes. The first
 * function that is back records it, so that all functions hold back the same items for the same time.
 *
 * If the record cannot be read or written, there is no outage and items are reported at once: the grace period is a
 * courtesy, an alert is not.
 */
export async function findOutage({
  state,
  clock,
  log,
}: Pick<Ports, 'state' | 'clock' | 'log'>): Promise<WardenOutage | undefined> {
  try {
    let heartbeat = await state.heartbeat();
    const now = clock.now();
    const found = heartbeat && newOutage(heartbeat, now);
    if (found) {
      const noted = await state.recordOutage(found);
      log.warn('outage of the warden', { from: found.from, to: found.to, noted });
      // Somebody else has recorded it if this function has not.
      heartbeat = noted ? { ...heartbeat, sweptAt: found.from, outage: found } : await state.heartbeat();
    }
    const outage = heartbeat?.outage;
    return outage && isRecent(outage, now) ? outage : undefined;
  } catch (error) {
    log.error('outage of the warden could not be read', errorFields(error));
    return undefined;
  }
}
