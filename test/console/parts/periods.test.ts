import { expect, test } from 'vitest';
import { byPeriod, bySlot, dayMs, hourMs } from '../../../console/parts/periods.ts';
import type { StatisticsReply } from '../../../core/contract/statistics.ts';

const now = Date.parse('2026-11-28T12:30:00Z');

test('a day in which nothing happened is 0, and a day before the first is left out', () => {
  const period = (day: string, started: number) => ({ from: `2026-11-${day}T00:00:00.000Z`, started });
  const periods = [period('20', 9), period('26', 4), period('28', 2)] as StatisticsReply['periods'];
  expect(byPeriod(periods, { ms: dayMs, count: 4, now }, ({ started }) => started)).toEqual([0, 4, 0, 2]);
});

test('items are counted in the hour in which they are due, and those that are past in the first', () => {
  const minutes = [-5, 0, 59, 60, 179, 180, 181];
  const times = minutes.map((minute) => now + minute * 60_000);
  expect(bySlot(times, { from: now, to: now + 3 * hourMs, count: 3 })).toEqual([3, 1, 2]);
});
