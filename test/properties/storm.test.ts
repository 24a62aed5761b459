import { beforeAll, describe, expect, test } from 'vitest';
import { sized } from '../support/sized.ts';
import { type Storm, storm } from '../support/storm.ts';

/*
 * Thousands of items expire in the same minute. Some of them are registered, and their timers come from Scheduler. To
 * save time, the others are written to the table and the queue in batches, in the form that registered ones have there.
 * From then on all are treated the same. `npm run bench -- --only storm` registers 100,000.
 */

/** Dozens of items in every shard of each workflow, and timers in 20 batches. */
const usual = { items: 2_000, registered: 300, inMemory: true };
const { items, ...options } = sized(usual, { items: 10_000, registered: 500, inMemory: false });

describe(`${items} items of 3 workflows that expire in one minute`, () => {
  let seen: Storm;
  beforeAll(async () => {
    seen = await storm({ items, workflows: 3, ...options, sweepEveryMs: 60_000 });
  }, 240_000);

  test('are each marked overdue once (P3)', () => {
    expect(seen.overdue).toBe(items);
    expect(seen.marked).toBe(items);
  });

  test('are published at least once, and repeats have the same id (P3)', () => {
    expect(seen.attempts).toBe(items);
    // The sweep and a late timer may both report an item that one of them has just marked.
    expect(seen.events).toBeLessThanOrEqual(items + seen.caughtBySweep);
  });

  test('cause at most three notifications a workflow in the first five minutes (P6)', () => {
    for (const { told } of seen.workflows) {
      const early = told.filter(({ minute }) => minute <= 5);
      expect(early.length).toBeGreaterThanOrEqual(2);
      expect(early.length).toBeLessThanOrEqual(3);
      expect(new Set(told.map(({ id }) => id)).size).toBe(told.length);
      expect(new Set(told.map(({ incident }) => incident)).size).toBe(1);
    }
  });

  test('are all in the last notifications (P1)', () => {
    expect(seen.told).toBe(items);
  });

  test('are handled without an error', () => {
    expect(Object.fromEntries(seen.errors)).toEqual({});
  });
});
