import { beforeAll, describe, expect, inject, test } from 'vitest';
import { type Day, day } from '../support/day.ts';
import { sized } from '../support/sized.ts';

/* `npm run bench:day` lives through a whole day with 50,000 items; here are more late and lost ones among fewer. */
describe('the work of a quarter of an hour, with timers early, late, twice and lost, and SNS throttled', () => {
  let seen: Day;
  beforeAll(async () => {
    // As many of fewer items are late, lost and failed.
    const usual = { items: 400, late: 0.06, lost: 0.03, failed: 0.06 };
    const shares = sized(usual, { items: 10_000, late: 0.02, lost: 0.01, failed: 0.02 });
    seen = await day({ seed: inject('draws').seed, timeouts: [1, 3, 8], hours: 0.25, ...shares });
  }, 240_000);

  test('met all of that', () => {
    expect(seen.throttledCalls).toBeGreaterThan(0);
    expect(seen.repeatedTimers).toBeGreaterThan(0);
    expect(seen.lostTimers).toBeGreaterThan(0);
    expect(seen.overdue).toBeGreaterThan(10);
    expect(seen.failed).toBeGreaterThan(5);
  });

  test('nothing that is overdue or has failed goes unheard (P1)', () => {
    expect(seen.missed).toEqual([]);
  });

  test('nothing is reported that was completed in time or whose deadline had moved (P2)', () => {
    expect(seen.wrong).toEqual([]);
  });

  test('every item is marked once, at its deadline or soon after it, if need be by the sweep (P1, P3)', () => {
    expect(seen.delays).toHaveLength(seen.overdue);
    expect(seen.delays.at(0)).toBeGreaterThanOrEqual(0);
    // Two minutes until a timer counts as lost, one until the next sweep.
    expect(seen.delays.at(-1)).toBeLessThanOrEqual(240_000);
  });

  test('people hear of it seldom (P6)', () => {
    for (const count of seen.notifications.values()) expect(count).toBeLessThan(20);
  });
});
