import { parse } from 'tinyduration';
import * as z from 'zod/mini';
import { limits } from './limits.ts';
import { received } from './names.ts';

/** ISO 8601 in UTC with milliseconds, the only form in which times leave the service and are stored. */
export function instant(ms: number): string {
  return new Date(ms).toISOString();
}

/** A time in a reply or record: ISO 8601 in UTC with milliseconds, so that times sort as text. */
export const Instant = z.string().check(
  z.regex(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
  z.meta({
    description: 'ISO 8601 in UTC with milliseconds.',
    format: 'date-time',
    examples: ['2026-11-21T09:30:00.000Z'],
  }),
);

const firstInstant = Date.parse('0000-01-01T00:00:00.000Z');
const lastInstant = Date.parse('9999-12-31T23:59:59.999Z');

const instantError = (issue: { input?: unknown }) =>
  `must be an ISO 8601 instant such as 2026-11-21T09:30:00Z or 2026-11-21T10:30:00+01:00; received ${received(issue.input)}`;

/** A time in a request: ISO 8601 with `Z` or an offset. */
export const InstantInput = z.iso.datetime({ offset: true, error: instantError }).check(
  // An offset can move times at the limits of four-digit years beyond them.
  z.refine((text) => !(Date.parse(text) < firstInstant || Date.parse(text) > lastInstant), {
    error: instantError,
  }),
  z.meta({
    description: 'ISO 8601 with `Z` or an offset.',
    format: 'date-time',
    examples: ['2026-11-21T09:30:00Z'],
  }),
);

/** Seconds as text, or amounts with units as shells and configuration files have them: `90`, `15m`, `1h30m`. */
const shortForm =
  /^(?:(?<only>\d{1,9}(?:\.\d{1,3})?)|(?=\d)(?:(?<d>\d{1,5})d)?(?:(?<h>\d{1,6})h)?(?:(?<m>\d{1,8})m)?(?:(?<s>\d{1,9})s)?)$/;

/**
 * Milliseconds of a timeout: seconds as a number or text, `15m` or `1h30m`, or an ISO 8601 duration of weeks, days, hours,
 * minutes, seconds. Undefined for anything else; years and months have no fixed length.
 */
export function timeoutMs(timeout: number | string): number | undefined {
  if (typeof timeout === 'number') return Number.isFinite(timeout) ? Math.round(timeout * 1000) : undefined;
  const short = shortForm.exec(timeout)?.groups;
  if (short) {
    const { only = 0, d = 0, h = 0, m = 0, s = 0 } = short;
    return Math.round(
      (Number(only) + ((Number(d) * 24 + Number(h)) * 60 + Number(m)) * 60 + Number(s)) * 1000,
    );
  }
  // The parser accepts any text that begins like a duration, and is slow on long texts.
  if (timeout.length > 64 || !z.regexes.duration.test(timeout)) return undefined;
  try {
    const { years, months, weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0 } = parse(timeout);
    if (years || months) return undefined;
    return Math.round(((((weeks * 7 + days) * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000);
  } catch {
    // The parser's error says only that it is no duration; the caller says what is allowed.
    return undefined;
  }
}

const startByError = (issue: { input?: unknown }) =>
  `must be a number of seconds, an ISO 8601 duration such as PT5M, or an ISO 8601 instant; received ${received(issue.input)}`;

const timeoutError = (issue: { input?: unknown }) =>
  `must be a number of seconds, a duration such as 15m or 1h30m, or an ISO 8601 duration of weeks, days, hours, minutes and seconds such as PT15M; received ${received(issue.input)}`;

export const Timeout = z.union([z.number(), z.string()], { error: timeoutError }).check(
  z.refine((timeout) => timeoutMs(timeout) !== undefined, { error: timeoutError }),
  z.meta({
    description:
      'Seconds, a duration such as 15m or 1h30m, or an ISO 8601 duration of weeks, days, hours, minutes and seconds.',
    examples: ['PT15M', 900],
  }),
);

export const StartBy = z.union([z.number(), z.string()], { error: startByError }).check(
  z.refine((value) => timeoutMs(value) !== undefined || z.safeParse(InstantInput, value).success, {
    error: startByError,
  }),
  z.meta({
    description:
      'When the work must have reported its first step; otherwise the item is overdue. Seconds or an ISO 8601 duration from now, or an instant.',
    examples: ['PT5M', 300],
  }),
);

export const Age = z.number().check(
  z.minimum(0),
  z.maximum(limits.longestTimeoutSeconds),
  z.meta({
    description:
      'How many seconds ago the request was made, if it was kept because the warden could not be reached. Times are counted from then, and a deadline that has passed meanwhile is accepted.',
    examples: [90],
  }),
);
