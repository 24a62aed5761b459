/** Whether `zone` is an IANA time zone that this Node knows. An offset such as `+01:00` is not. */
export function isTimeZone(zone: string): boolean {
  // The zone is nearly always UTC, and Intl takes 25 µs.
  if (zone === 'UTC') return true;
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: zone });
    return true;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/**
 * The moment at which clocks in `zone` show a time, in milliseconds since the epoch. `wallTime` is the moment at which
 * clocks in UTC show it. If the time comes twice, this is the first. If the clocks skip the time, it is moved forward
 * by as much as they skip, so that the schedule still fires. AWS documents neither for at().
 */
export function momentInZone(wallTime: number, zone: string): number {
  if (zone === 'UTC') return wallTime;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'iso8601',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const before = wallTime - offsetAt(format, wallTime - dayMs);
  const after = wallTime - offsetAt(format, wallTime + dayMs);
  const shown = [before, after].filter((moment) => moment + offsetAt(format, moment) === wallTime);
  return shown.length > 0 ? Math.min(...shown) : before;
}

const dayMs = 86_400_000;

/** How many milliseconds the clocks of the zone are ahead of UTC at this moment. */
function offsetAt(format: Intl.DateTimeFormat, moment: number): number {
  const parts = new Map(format.formatToParts(moment).map((part) => [part.type, part.value]));
  const number = (type: Intl.DateTimeFormatPartTypes) => Number(parts.get(type));
  const wall = new Date(0);
  // Not Date.UTC, which takes the years 0–99 for 1900–1999.
  wall.setUTCFullYear(number('year'), number('month') - 1, number('day'));
  wall.setUTCHours(number('hour'), number('minute'), number('second'));
  return wall.getTime() - moment;
}
