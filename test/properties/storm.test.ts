import { beforeAll, describe, expect, test } from 'vitest';
import { type Storm, storm } from '../support/storm.ts';

/*
 * 10,000 items expire in the same minute. Five hundred of them are registered, and their timers come from Scheduler; to
 * save time the others are written to the table and the queue in batches, as those that are registered are found there.
 * What happens from then on is the same for all. `npm run bench:storm` registers 100,000.
 */
describe('10,000 items of 3 workflows that expire in one minute', () => {
  const items = 10_000;
  let seen: Storm;
  beforeAll(async () => {
    seen = await storm({ items, workflows: 3, registered: 500, sweepEveryMs: 60_000 });
  }, 240_000);

  test('are each marked overdue once (P3)', () => {
    expect(seen.overdue).toBe(items);
    expect(seen.marked).toBe(items);
  });

  test('are told to machines at least once, and again only under the same id (P3)', () => {
    expect(seen.attempts).toBe(items);
    // The sweep and a late timer may both report an item that one of them has just marked.
    expect(seen.events).toBeLessThanOrEqual(items + seen.caughtBySweep);
  });

  test('cost people three notifications a workflow in the first five minutes at most (P6)', () => {
    for (const { told } of seen.workflows) {
      const early = told.filter(({ minute }) => minute <= 5);
      expect(early.length).toBeGreaterThanOrEqual(2);
      expect(early.length).toBeLessThanOrEqual(3);
      expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
      expect(new Set(told.map(({ incident }) => incident)).size).toBe(1);
    }
  });

  test('are all in what people are told in the end (P1)', () => {
    expect(seen.told).toBe(items);
  });

  test('are handled without an error', () => {
    expect(Object.fromEntries(seen.errors)).toEqual({});
  });
});
