import * as z from 'zod/mini';
import { limits } from './limits.ts';
import { received } from './names.ts';
import { timeoutMs } from './timeout.ts';

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
