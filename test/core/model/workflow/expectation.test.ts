import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judge, partAt, type Span, shardsOf } from '../../../../core/model/workflow/expectation.ts';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const record = { firstSeenAt: '2026-01-01T00:00:00.000Z' };

/** The counts of these registrations. */
function counted(expectation: { every: string | number }, times: readonly number[], now: number) {
  return times
    .filter((at) => at <= now)
    .map((at) => {
      const { from, to } = partAt(expectation, at);
      return { from, to, count: 1 };
    });
}

interface Case {
  expectation: { atLeast: number; every: string | number; margin?: string };
  times: readonly number[];
  away?: readonly Span[];
}

const judged = ({ expectation, times, away = [] }: Case, now: number) =>
  judge(expectation, record, counted(expectation, times, now), away, now);

/** When it is found short, looking every ten minutes between these times. */
function shortAt(of: Case, from: number, to: number): number[] {
  const times = Array.from({ length: (to - from) / (10 * minute) }, (_, index) => from + index * 10 * minute);
  return times.filter((now) => judged(of, now).is === 'short');
}

describe('the parts in which registrations are counted', () => {
  test('hold their beginning and not their end, so that every time is in one of them', () => {
    const times = fc.integer({ min: 0, max: Date.parse('2200-01-01T00:00:00Z') });
    fc.assert(
      fc.property(times, fc.integer({ min: 60, max: 366 * 86_400 }), (time, every) => {
        const part = partAt({ every }, time);
        expect(part.from <= time && time < part.to).toBe(true);
        expect(Math.abs(part.to - part.from - (every * 1000) / 24)).toBeLessThan(1);
      }),
    );
  });

  test('are counted in more records the more is expected, eight at most', () => {
    const of = (atLeast: number) => shardsOf({ atLeast, every: 'PT1H' });
    expect([1, 500, 501, 1_000, 3_999, 1_000_000].map(of)).toEqual([1, 1, 2, 2, 8, 8]);
  });
});

describe('a job that runs once an hour or a day', () => {
  test('is not missed when it comes some seconds later now and then (public report F)', () => {
    const at = (time: string) => Date.parse(`2026-03-01T${time}Z`);
    const times = [at('10:00:30'), at('11:00:40'), at('11:59:50'), at('13:00:20')];
    const hourly = { expectation: { atLeast: 1, every: 'PT1H' }, times };
    expect(shortAt(hourly, at('10:01:00'), at('14:01:00'))).toEqual([]);
    const [missed] = shortAt(hourly, at('14:01:00'), at('15:01:00'));
    expect(missed).toBeLessThan(at('14:20:00'));
  });

  /** At this local time every day, but for the nights in `without`. */
  function nightly(timeZone: string, local: string, from: string, nights: number, without: number[] = []) {
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
    const first = Date.parse(`${from}T00:00:00Z`);
    return Array.from({ length: nights }, (_, night) => night).flatMap((night) => {
      if (without.includes(night)) return [];
      const wanted = `${new Date(first + night * day).toISOString().slice(0, 10)} ${local}`;
      const minutes = Array.from(
        { length: 2 * 24 * 60 },
        (_, index) => first + (night - 1) * day + index * minute,
      );
      const found = minutes.find((time) => format.format(time) === wanted);
      // The clocks skip this time: cron starts the job when they have.
      return found ?? minutes.filter((time) => format.format(time) < wanted).at(-1) ?? [];
    });
  }

  test.each([
    ['America/New_York', '19:30', '2026-10-28', 'the end of daylight saving'],
    ['America/New_York', '02:30', '2026-03-05', 'its beginning, at a time that is skipped'],
    ['America/New_York', '01:30', '2026-10-29', 'its end, at a time that comes twice'],
    ['Europe/Berlin', '02:30', '2026-03-26', 'its beginning'],
    ['Europe/Berlin', '23:45', '2026-10-22', 'its end'],
    ['Australia/Lord_Howe', '02:15', '2026-10-01', 'a beginning of half an hour'],
    ['Asia/Kolkata', '05:30', '2026-10-28', 'a day without a change, at midnight UTC'],
  ])('in %s at %s is no false alarm around %s: %s (public report F)', (timeZone, local, from) => {
    const first = Date.parse(`${from}T00:00:00Z`);
    const expectation = { atLeast: 1, every: 'P1D' };
    const times = nightly(timeZone, local, from, 8);
    expect(times).toHaveLength(8);
    const [begun = first] = times;
    expect(shortAt({ expectation, times }, begun + hour, begun + 7 * day)).toEqual([]);
    // The fourth night is missed: that is found within a tenth and a part of a day, and over with the next run.
    const missing = nightly(timeZone, local, from, 8, [3]);
    const found = shortAt({ expectation, times: missing }, begun + hour, begun + 7 * day);
    const [last = 0, next = 0] = missing.slice(2, 4);
    expect(found[0]).toBeGreaterThan(last + day + hour);
    expect(found[0]).toBeLessThan(last + day + 4 * hour);
    expect(found.at(-1)).toBeLessThan(next + hour);
  });

  test.each([
    ['seven minutes', '03:00', 7 * minute, true],
    ['eight hours', '23:00', 8 * hour, true],
    ['sixteen hours', '18:00', 16 * hour, true],
    ['23 hours', '01:00', 23 * hour, false],
  ])('is missed although the warden is away for %s every night (public report F)', (_, from, ms, isTold) => {
    const first = Date.parse(`2026-02-01T${from}:00Z`);
    const away = Array.from({ length: 20 }, (_, night) => ({
      from: first + night * day,
      to: first + night * day + ms,
    }));
    const expectation = { atLeast: 1, every: 'P1D' };
    const now = first + 12 * day - minute;
    expect(judged({ expectation, times: [], away: away.slice(0, 12) }, now)).toMatchObject(
      isTold
        ? { is: 'short', shortfall: { registered: 0, awayMs: expect.any(Number) } }
        : { is: 'not known' },
    );
  });
});

describe('the time that is judged', () => {
  const now = Date.parse('2026-03-01T12:00:00.000Z');
  const expectation = { atLeast: 1, every: 'PT1H', margin: 'PT0S' };
  const judgedAfter = (ms: number, away: readonly Span[] = []) =>
    judged({ expectation, times: [now - ms], away }, now).is;

  test('is as long as every and its margin, to a part, and half a minute longer (P2)', () => {
    expect(judgedAfter(hour)).toBe('enough');
    expect(judgedAfter(hour + 3 * minute + 30_000)).toBe('short');
    const wide = { ...expectation, margin: 'PT2H' };
    expect(judged({ expectation: wide, times: [now - 2 * hour] }, now).is).toBe('enough');
  });

  test('leaves out when the warden was away, also where that began before (P2)', () => {
    const span = { from: now - 70 * minute, to: now - 40 * minute };
    expect(judgedAfter(85 * minute, [span])).toBe('enough');
    expect(judgedAfter(95 * minute, [span])).toBe('short');
    expect(judgedAfter(95 * minute, [{ from: now - 5 * hour, to: now - 2 * hour }])).toBe('short');
  });

  test('is too early when what is expected was changed in it, unless there are enough', () => {
    const changed = { ...record, settingsAt: new Date(now - hour).toISOString() };
    expect(judge(expectation, changed, [], [], now)).toEqual({ is: 'too early' });
    expect(judge(expectation, changed, counted(expectation, [now - minute], now), [], now).is).toBe('enough');
    const before = { ...record, settingsAt: new Date(now - hour - 2 * minute).toISOString() };
    expect(judge(expectation, before, [], [], now).is).toBe('short');
  });

  test('is notified with what is missing', () => {
    expect(judged({ expectation: { ...expectation, atLeast: 10 }, times: [now - 5 * minute] }, now)).toEqual({
      is: 'short',
      shortfall: {
        atLeast: 10,
        registered: 1,
        from: '2026-03-01T10:59:30.000Z',
        to: '2026-03-01T11:59:30.000Z',
      },
    });
  });
});
