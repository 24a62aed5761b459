import { describe, expect, test } from 'vitest';
import { moved, movedTo, stuckTime } from '../../../../core/model/item/movement.ts';

const at = '2026-03-01T12:00:00.000Z';
const start = Date.parse(at);
const deadline = '2026-03-01T13:00:00.000Z';
const ms = (seconds: number) => start + seconds * 1000;
const instant = (seconds: number) => new Date(ms(seconds)).toISOString();
const report = (
  seen: Parameters<typeof moved>[0],
  progress: string | number | undefined,
  seconds: number,
  { arrives = seconds, step = false } = {},
) => ({ ...seen, ...moved(seen, { progress, made: ms(seconds) }, step, ms(arrives)) });

describe('a report of progress', () => {
  test('with another value, or with a new step, is a movement; also in the same millisecond', () => {
    const stuck = { ...movedTo(41, at), sameReports: 9, stuckAt: at };
    expect(report(stuck, 42, 60)).toEqual(movedTo(42, instant(60)));
    expect(report(stuck, '41', 0)).toEqual(movedTo('41', at));
    expect(report(stuck, undefined, 60, { step: true })).toEqual(movedTo(41, instant(60)));
  });

  test('with the same value counts from a minute after the last one that counted (P4)', () => {
    const first = movedTo(41, at);
    expect(report(first, 41, 59.999)).toEqual(first);
    const second = report(first, 41, 60);
    expect(second).toEqual({ ...first, sameReports: 2, reportedProgressAt: instant(60) });
    expect(report(second, 41, 100)).toEqual(second);
    expect(report(second, 41, 120)).toMatchObject({ sameReports: 3, progressedAt: at });
  });

  test('that was kept and is older than the last one says nothing (P2, P4)', () => {
    const seen = movedTo(42, instant(60));
    expect(report(seen, 41, 30, { arrives: 600 })).toEqual(seen);
    expect(report(seen, 42, 60, { arrives: 600 })).toEqual(seen);
    expect(report(seen, 43, 90, { arrives: 600 })).toEqual(movedTo(43, instant(90)));
  });

  test('of an older step that was kept moves nothing, one reached since does (P4, P6)', () => {
    const seen = { ...movedTo(41, instant(60)), sameReports: 2, reportedProgressAt: instant(120) };
    expect(report(seen, undefined, 30, { arrives: 600, step: true })).toEqual(seen);
    expect(report(seen, undefined, 90, { arrives: 600, step: true })).toEqual(movedTo(41, instant(120)));
  });

  test('is missing in heartbeats that name none: nothing moves and nothing counts', () => {
    expect(report({}, undefined, 60, { step: true })).toEqual({});
    expect(report(movedTo(41, at), undefined, 600)).toEqual(movedTo(41, at));
  });
});

describe('an item is stuck', () => {
  const stuckAt = (change: object, seen: Parameters<typeof moved>[0] = movedTo(41, at)) =>
    stuckTime({ ...seen, deadline, ...change });

  test('stuckAfter after its last movement, however many reports came meanwhile', () => {
    const seen = { ...movedTo(41, at), sameReports: 9, reportedProgressAt: instant(500) };
    expect(stuckAt({ stuckAfterMs: 600_000 }, seen)).toBe(ms(600));
  });

  test('without stuckAfter at the third report of the same value, not at the second', () => {
    const times = { reportedProgressAt: instant(120) };
    expect(stuckAt({ ...times, sameReports: 2 })).toBeUndefined();
    expect(stuckAt({ ...times, sameReports: 3 })).toBe(ms(120));
  });

  test('never without a report, after a warning until it moves, or from its deadline on', () => {
    expect(stuckTime({ deadline, stuckAfterMs: 1 })).toBeUndefined();
    expect(stuckAt({ stuckAfterMs: 1, stuckAt: at })).toBeUndefined();
    expect(stuckAt({ stuckAfterMs: 3_600_000 })).toBeUndefined();
    expect(stuckAt({ stuckAfterMs: 3_599_999 })).toBe(Date.parse(deadline) - 1);
  });
});
