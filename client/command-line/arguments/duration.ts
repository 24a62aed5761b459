import { instant } from '../../../core/contract/time.ts';
import { timeoutMs } from '../../../core/contract/timeout.ts';
import { UsageError } from '../usage-error.ts';

/** Milliseconds of `90`, `15m`, `1h30m`, `2d` or `PT1H`; undefined for anything else. */
export function durationMs(text: string): number | undefined {
  const ms = timeoutMs(text.replaceAll(' ', ''));
  return ms === undefined || ms <= 0 ? undefined : ms;
}

/** The same, as the value of an option. Throws a UsageError. */
export function parseDuration(option: string, text: string): number {
  const ms = durationMs(text);
  if (ms !== undefined) return ms;
  throw new UsageError(
    `${option} must be a duration such as 90s, 15m, 1h30m, 2d or PT1H; received ${JSON.stringify(text)}`,
  );
}

/**
 * A time as people write it: ISO 8601, with or without an offset; `14:30`, the next time that clocks show it; both in
 * the reader's zone. Undefined for anything else.
 */
export function instantOf(text: string, now: number): string | undefined {
  const clock = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text);
  if (clock) {
    const [, hours = 0, minutes = 0, seconds = 0] = clock;
    const time = new Date(now).setHours(Number(hours), Number(minutes), Number(seconds), 0);
    const tomorrow = new Date(time);
    tomorrow.setDate(tomorrow.getDate() + 1);
    return instant(time > now ? time : tomorrow.getTime());
  }
  const iso = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?)(Z|[+-]\d\d:?\d\d)?)?$/.exec(text);
  if (!iso) return undefined;
  const [, date, time = '00:00', zone = ''] = iso;
  const ms = Date.parse(`${date}T${time}${zone}`);
  return Number.isNaN(ms) ? undefined : instant(ms);
}

/** A time of a filter: as above, or a duration that ended now, such as `1h`. Throws a UsageError. */
export function parsePast(text: string, now: number): string {
  const ms = durationMs(text);
  const at = ms === undefined ? instantOf(text, now) : instant(now - ms);
  if (at !== undefined) return at;
  throw new UsageError(
    `a time must be such as 2026-11-28T14:30 or 14:30, or a duration such as 1h, which means an hour ago; received ${JSON.stringify(text)}`,
  );
}
