import { expect, test } from 'vitest';
import { bothText, localText, relativeText } from '../../../../client/command-line/text/times.ts';

const at = '2026-11-28T14:04:10.000Z';
const now = Date.parse(at);

test('a time is told from now, in both directions', () => {
  expect(relativeText(at, now + 200_000)).toBe('3m 20s ago');
  expect(relativeText(at, now - 7_500_000)).toBe('in 2h 5m');
  expect(relativeText(at, now + 400)).toBe('now');
});

test("a time is shown in the reader's zone", () => {
  expect(localText(at, 'Europe/Berlin')).toBe('2026-11-28 15:04:10');
  expect(localText(at, 'America/St_Johns')).toBe('2026-11-28 10:34:10');
  expect(bothText(at, now + 60_000, 'UTC')).toBe('2026-11-28 14:04:10 (1m ago)');
});
