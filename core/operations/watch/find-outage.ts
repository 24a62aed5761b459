import { errorFields } from '../../log.ts';
import { isRecent, newOutage } from '../../model/warden/outage.ts';
import type { WardenOutage } from '../../model/warden/warden-state.ts';
import type { Ports } from '../../ports.ts';

/**
 * The outage of the warden itself that has just ended, if there was one: no sweep came to its end for minutes. Whoever
 * is back first notes it, so that all hold the same items for the same time.
 *
 * Without an answer there is none, and items are reported at once: a grace is a courtesy, an alert is not.
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
      log.warn('the warden was away', { from: found.from, to: found.to, noted });
      heartbeat = await state.heartbeat();
    }
    const outage = heartbeat?.outage;
    return outage && isRecent(outage, now) ? outage : undefined;
  } catch (error) {
    log.error('outage of the warden not looked up', errorFields(error));
    return undefined;
  }
}
