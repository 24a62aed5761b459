import type { HealthReply } from '../../contract/health.ts';
import { canaryWithinMs, outageAfterMs } from '../../names/clockwork.ts';
import type { CanaryState, Heartbeat } from './warden-state.ts';

type CheckedPart = Pick<HealthReply['checks'][number], 'status' | 'at' | 'delayMs' | 'unfinishedSince'>;

/** Whether sweeps end and have time for all workflows. Unknown before the first sweep. */
export function sweepHealth(heartbeat: Heartbeat | undefined, now: number): CheckedPart {
  if (heartbeat === undefined) return { status: 'unknown' };
  const { sweptAt, unfinishedSince } = heartbeat;
  const since = [sweptAt, unfinishedSince ?? sweptAt].map((at) => now - Date.parse(at));
  return {
    status: since.every((ms) => ms <= outageAfterMs) ? 'ok' : 'failing',
    at: sweptAt,
    ...(unfinishedSince !== undefined && { unfinishedSince }),
  };
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
