import { outageGraceMs } from '../../contract/notification.ts';
import { instant } from '../../contract/time.ts';
import { outageAfterMs, outageIsReasonForMs } from '../../names/clockwork.ts';
import type { Heartbeat, WardenOutage } from './warden-state.ts';

/** The outage that follows from a heartbeat, if nobody has recorded it yet. */
export function newOutage({ sweptAt, outage }: Heartbeat, now: number): WardenOutage | undefined {
  if (now - Date.parse(sweptAt) <= outageAfterMs || outage?.from === sweptAt) return undefined;
  return { from: sweptAt, to: instant(now), graceUntil: instant(now + outageGraceMs) };
}

/**
 * The restart that follows from a heartbeat, unless it was long enough for an outage. Its grace period is as long as
 * the warden may have been down: callers that retry have come back by then. If the warden was down again in the grace
 * period of its last restart, the new grace period is at least as long as the rest of the last one, and covers items
 * that were due in either stop. This holds only until the first stop is `outageAfterMs` ago.
 */
export function newRestart({ sweptAt, restart }: Heartbeat, now: number): WardenOutage | undefined {
  const upAt = Date.parse(sweptAt);
  const downMs = now - upAt;
  if (downMs <= 0 || downMs > outageAfterMs) return undefined;
  const isFirst = restart === undefined || now - Date.parse(restart.from) > outageAfterMs;
  const leftMs = isFirst ? 0 : Math.max(0, Date.parse(restart.graceUntil) - upAt);
  const from = leftMs > 0 && restart ? restart.from : sweptAt;
  const graceMs = Math.min(Math.max(downMs, leftMs), outageGraceMs);
  return { from, to: instant(now), graceUntil: instant(now + graceMs) };
}

/** Whether the outage explains why items are now found after their deadline. */
export function isRecent(outage: WardenOutage, now: number): boolean {
  return now < Date.parse(outage.graceUntil) + outageIsReasonForMs;
}

/** Whether the deadline fell in the outage. */
export function passedIn(outage: WardenOutage | undefined, deadline: string): boolean {
  return outage !== undefined && deadline >= outage.from && deadline <= outage.to;
}

/**
 * End of the grace period for an item whose deadline fell in the outage, in ms since the epoch; undefined if there is
 * none.
 */
export function heldUntil(
  outage: WardenOutage | undefined,
  deadline: string,
  now: number,
): number | undefined {
  if (outage === undefined || !passedIn(outage, deadline)) return undefined;
  const until = Date.parse(outage.graceUntil);
  return now < until ? until : undefined;
}
