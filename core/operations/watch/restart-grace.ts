import { errorFields } from '../../log.ts';
import { newRestart } from '../../model/warden/outage.ts';
import type { WardenOutage } from '../../model/warden/warden-state.ts';
import type { Ports } from '../../ports.ts';

type Service = Pick<Ports, 'state' | 'clock' | 'log'>;

/**
 * Records that the warden was down for a short time, in which callers could not complete items. A warden that is one
 * process calls this when it starts, before any timer is handled (docs/adr/0027). Without a record, items are reported
 * at once.
 */
export async function noteRestart({ state, clock, log }: Service): Promise<void> {
  try {
    const heartbeat = await state.heartbeat();
    const restart = heartbeat && newRestart(heartbeat, clock.now());
    if (restart) await state.recordRestart(restart, heartbeat.sweptAt);
  } catch (error) {
    log.error('restart of the warden could not be recorded', errorFields(error));
  }
}

/** The restart whose grace period has not ended yet. Undefined if there is none, or if the record cannot be read. */
export async function findRestart({ state, clock, log }: Service): Promise<WardenOutage | undefined> {
  try {
    const restart = (await state.heartbeat())?.restart;
    return restart && clock.now() < Date.parse(restart.graceUntil) ? restart : undefined;
  } catch (error) {
    log.error('restart of the warden could not be read', errorFields(error));
    return undefined;
  }
}
