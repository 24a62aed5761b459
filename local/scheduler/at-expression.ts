import { invalid } from './service-error.ts';
import { momentInZone } from './time-zone.ts';

/**
 * The time of `at(yyyy-mm-ddThh:mm:ss)`, in milliseconds since the epoch. Throws a ValidationException for expressions
 * that AWS refuses (fractions of a second, a trailing Z, days that do not exist), and for rate() and cron().
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
export function momentOf(expression: string, zone: string): number {
  if (/^(rate|cron)\(/.test(expression)) {
    throw invalid(`ScheduleExpression ${expression}: this emulator fires only at(yyyy-mm-ddThh:mm:ss)`);
  }
  const text = /^at\((\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})\)$/.exec(expression)?.[1];
  if (text === undefined) throw invalid(`Invalid Schedule Expression ${expression}`);
  const wallTime = Date.parse(`${text}.000Z`);
  // Date.parse takes 30 February for 2 March, and 24:00 for the next day.
  if (Number.isNaN(wallTime) || new Date(wallTime).toISOString() !== `${text}.000Z`) {
    throw invalid(`Invalid Schedule Expression ${expression}: there is no such time`);
  }
  return momentInZone(wallTime, zone);
}
