import type { HealthReply } from '../../contract/health.ts';
import { canaryWithinMs, outageAfterMs } from '../../names/clockwork.ts';
import type { CanaryState, Heartbeat } from './warden-state.ts';

type Check = HealthReply['checks'][number];
type CheckedPart = Pick<Check, 'status' | 'at' | 'delayMs' | 'recent' | 'unfinishedSince'>;

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

/** Whether the last sweep could judge the registrations that workflows expect. */
export function expectationsHealth(heartbeat: Heartbeat | undefined): Pick<Check, 'status' | 'workflows'> {
  const { unjudged = 0 } = heartbeat ?? {};
  return unjudged === 0 ? { status: 'ok' } : { status: 'unknown', workflows: unjudged };
}

/** Whether messages could not be delivered or processed. */
export function deadLettersHealth(
  counts: readonly { queue: string; messages: number }[],
): Pick<Check, 'status' | 'queues'> {
  const queues = counts.filter(({ messages }) => messages > 0);
  return queues.length === 0 ? { status: 'ok' } : { status: 'failing', queues };
}

/** Whether timers fire, as shown by the canary. Unknown before the first canary. */
export function canaryHealth(canary: CanaryState | undefined, now: number): CheckedPart {
  if (canary === undefined) return { status: 'unknown' };
  const { firstArmedAt, seenAt, delayMs, recent } = canary;
  return {
    status: now - Date.parse(seenAt ?? firstArmedAt) <= canaryWithinMs ? 'ok' : 'failing',
    ...(seenAt !== undefined && { at: seenAt }),
    ...(delayMs !== undefined && { delayMs }),
    ...(recent && { recent }),
  };
}
