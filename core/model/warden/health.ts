import type { HealthReply } from '../../contract/health.ts';
import { canaryWithinMs, outageAfterMs } from '../../names/clockwork.ts';
import type { CanaryState, Heartbeat } from './warden-state.ts';

type CheckedPart = Pick<HealthReply['checks'][number], 'status' | 'at' | 'delayMs'>;

/** Whether sweeps end. Unknown before the first sweep. */
export function sweepHealth(heartbeat: Heartbeat | undefined, now: number): CheckedPart {
  if (heartbeat === undefined) return { status: 'unknown' };
  const { sweptAt } = heartbeat;
  return { status: now - Date.parse(sweptAt) <= outageAfterMs ? 'ok' : 'failing', at: sweptAt };
}

/** Whether timers fire, as shown by the canary. Unknown before the first canary. */
export function canaryHealth(canary: CanaryState | undefined, now: number): CheckedPart {
  if (canary === undefined) return { status: 'unknown' };
  const { firstArmedAt, seenAt, delayMs } = canary;
  return {
    status: now - Date.parse(seenAt ?? firstArmedAt) <= canaryWithinMs ? 'ok' : 'failing',
    ...(seenAt !== undefined && { at: seenAt }),
    ...(delayMs !== undefined && { delayMs }),
  };
}
