import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  isWhollyCounted,
  lastWindow,
  shardsOf,
  shortfallOf,
  windowAt,
} from '../../../../core/model/workflow/expectation.ts';

const hourly = { atLeast: 10, every: 'PT1H' };
const at = (time: string) => Date.parse(`2026-03-01T${time}Z`);
const instantOf = (time: string) => new Date(at(time)).toISOString();

describe('the windows of an expectation', () => {
  test('are aligned to the hour, and to midnight UTC', () => {
    expect(windowAt(hourly, at('12:34:56'))).toMatchObject({ from: at('12:00:00'), to: at('13:00:00') });
    expect(windowAt({ atLeast: 1, every: 'P1D' }, at('12:34:56'))).toMatchObject({
      from: at('00:00:00'),
      to: at('00:00:00') + 86_400_000,
    });
  });

  test('contain their beginning and not their end, so every time is in exactly one window', () => {
    const { from, to, number } = windowAt(hourly, at('12:00:00'));
    expect(from).toBe(at('12:00:00'));
    expect(windowAt(hourly, to - 1).number).toBe(number);
    expect(windowAt(hourly, to).number).toBe(number + 1);
    const times = fc.integer({ min: 0, max: Date.parse('2200-01-01T00:00:00Z') });
    fc.assert(
      fc.property(times, fc.integer({ min: 60, max: 366 * 86_400 }), (time, every) => {
        const window = windowAt({ atLeast: 1, every }, time);
        expect(window.from <= time && time < window.to).toBe(true);
        const last = lastWindow({ atLeast: 1, every }, time);
        // It ended at least half a minute ago, and no later window did.
        expect(time - last.to >= 30_000 && time - last.to < 30_000 + every * 1000).toBe(true);
      }),
    );
  });

  test('are judged half a minute after their end: by then every registration in them is counted (P2)', () => {
    expect(lastWindow(hourly, at('13:00:29.999')).to).toBe(at('12:00:00'));
    expect(lastWindow(hourly, at('13:00:30')).to).toBe(at('13:00:00'));
    expect(lastWindow(hourly, at('14:00:29.999')).to).toBe(at('13:00:00'));
  });

  test('are counted in more records if more is expected, eight at most', () => {
    const shards = [1, 500, 501, 1_000, 3_999, 1_000_000].map((atLeast) => shardsOf({ ...hourly, atLeast }));
    expect(shards).toEqual([1, 1, 2, 2, 8, 8]);
  });

  test('are notified with the number that is missing', () => {
    expect(shortfallOf(hourly, windowAt(hourly, at('12:00:00')), 3)).toEqual({
      atLeast: 10,
      registered: 3,
      from: instantOf('12:00:00'),
      to: instantOf('13:00:00'),
    });
  });
});

describe('a window from 12:00 to 13:00', () => {
  const window = windowAt(hourly, at('12:00:00'));
  const record = { firstSeenAt: instantOf('09:00:00'), settingsAt: instantOf('10:00:00') };
  const outage = (from: string, to: string) => ({
    from: instantOf(from),
    to: instantOf(to),
    graceUntil: instantOf(to),
  });
  const isJudged = (from: string, to: string) => isWhollyCounted(window, record, outage(from, to));

  test('is judged if all of it was counted', () => {
    expect(isWhollyCounted(window, record, undefined)).toBe(true);
  });

  test('is not judged if the expectation changed in it, or so shortly before that some functions may not have known (P2)', () => {
    const changedAt = (time: string) =>
      isWhollyCounted(window, { ...record, settingsAt: instantOf(time) }, undefined);
    expect(changedAt('12:30:00')).toBe(false);
    expect(changedAt('11:59:00.001')).toBe(false);
    expect(changedAt('11:59:00')).toBe(true);
  });

  test('is not judged if the workflow was first seen in it and the time of its settings is unknown', () => {
    const seenAt = (time: string) => isWhollyCounted(window, { firstSeenAt: instantOf(time) }, undefined);
    expect(seenAt('12:00:00.001')).toBe(false);
    expect(seenAt('11:00:00')).toBe(true);
  });

  test('is not judged if the warden had an outage in it, however short (P2)', () => {
    expect(isJudged('11:50:00', '12:00:00.001')).toBe(false);
    expect(isJudged('12:20:00', '12:30:00')).toBe(false);
    expect(isJudged('12:59:59.999', '13:10:00')).toBe(false);
    expect(isJudged('11:00:00', '14:00:00')).toBe(false);
  });

  test('is judged if the outage was before it, or right after it', () => {
    expect(isJudged('11:50:00', '12:00:00')).toBe(true);
    expect(isJudged('13:00:00', '13:10:00')).toBe(true);
  });

  test('is not judged again after an outage that may hide an earlier one (P2)', () => {
    expect(isJudged('13:02:00', '13:10:00')).toBe(false);
  });
});
