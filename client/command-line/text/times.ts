import { durationText } from '../../../core/contract/duration-text.ts';

/** A time as seen from now: "3m 20s ago", "in 2h 5m", "now". */
export function relativeText(at: string, now: number): string {
  const ms = Date.parse(at) - now;
  if (Math.abs(ms) < 1_000) return 'now';
  return ms < 0 ? `${durationText(-ms)} ago` : `in ${durationText(ms)}`;
}

/**
 * A time in the reader's time zone: "2026-11-28 15:04:10".
 *
 * @param timeZone a name such as Europe/Berlin; by default the time zone of the process
 */
export function localText(at: string, timeZone?: string): string {
  // Swedish writes dates as ISO 8601 does.
  const format = new Intl.DateTimeFormat('sv-SE', {
    dateStyle: 'short',
    timeStyle: 'medium',
    ...(timeZone !== undefined && { timeZone }),
  });
  return format.format(Date.parse(at));
}

/** Both: "2026-11-28 15:04:10 (3m 20s ago)". */
export function bothText(at: string, now: number, timeZone?: string): string {
  return `${localText(at, timeZone)} (${relativeText(at, now)})`;
}

/** The reader's time zone, if the environment names one. */
export function zoneOf({ env }: { env: NodeJS.ProcessEnv }): string | undefined {
  return env.TZ === '' ? undefined : env.TZ;
}
