import { beforeAll, describe, expect, inject, test } from 'vitest';
import { type Day, day } from '../support/day.ts';
import { sized } from '../support/sized.ts';

/* `npm run bench -- --only day --full` simulates a whole day with 50,000 items; here more of fewer items are late and lost. */
describe('a quarter of an hour of work, with timers early, late, repeated and lost, and SNS throttled', () => {
  let seen: Day;
  beforeAll(async () => {
    // As many items are late, lost and failed, of fewer items.
    const usual = { items: 400, late: 0.06, lost: 0.03, failed: 0.06, inMemory: true };
    const full = { items: 10_000, late: 0.02, lost: 0.01, failed: 0.02, inMemory: false };
    const shares = sized(usual, full);
    seen = await day({ seed: inject('draws').seed, timeouts: [1, 3, 8], hours: 0.25, ...shares });
  }, 240_000);

  test('contains all of these faults', () => {
    expect(seen.throttledCalls).toBeGreaterThan(0);
    expect(seen.repeatedTimers).toBeGreaterThan(0);
    expect(seen.lostTimers).toBeGreaterThan(0);
    expect(seen.overdue).toBeGreaterThan(10);
    expect(seen.failed).toBeGreaterThan(5);
  });

  test('every overdue or failed item is notified (P1)', () => {
    expect(seen.missed).toEqual([]);
  });

  test('no item is reported that was completed in time or whose deadline had moved (P2)', () => {
    expect(seen.wrong).toEqual([]);
  });

  test('every item is marked once, at its deadline or soon after it, if necessary by the sweep (P1, P3)', () => {
    expect(seen.delays).toHaveLength(seen.overdue);
    expect(seen.delays.at(0)).toBeGreaterThanOrEqual(0);
    // Two minutes until a timer counts as lost, and one until the next sweep.
    expect(seen.delays.at(-1)).toBeLessThanOrEqual(240_000);
  });

  test('the statistics are what the replies add up to, percentiles to within a bucket', () => {
    expect(seen.statistics.read).toEqual(seen.statistics.ledger);
  });

  test('people are notified seldom (P6)', () => {
    for (const count of seen.notifications.values()) expect(count).toBeLessThan(20);
  });
});
