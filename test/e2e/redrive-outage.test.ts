// This test waits in real time: only a real process can be killed.
import { beforeAll, describe, expect, test } from 'vitest';
import { sized } from '../support/sized.ts';
import { Laptop } from './support/laptop-without-vitest.ts';
import { type RedriveOutage, redriveOutage } from './support/redrive-outage.ts';

/** A page under way, and what was just being delivered. Those may come again after a kill. */
const mostRepeated = 20;
/** Several pages of the runner in each third of it, between which it is paused and killed. */
const size = sized(
  { items: 2_000, lost: 500, rate: 250, lostAfter: 3 },
  { items: 9_000, lost: 2_000, rate: 500, lostAfter: 6 },
);
const { items, lost } = size;

/* `npm run bench:redrive` does the same with 90,000 items, 20,000 of them overdue. */
describe(`${items} items, of which ${lost} go overdue and are resumed with a pause and a kill -9 in it`, () => {
  let seen: RedriveOutage;
  beforeAll(async () => {
    const laptop = new Laptop();
    try {
      seen = await redriveOutage(laptop, size);
    } finally {
      await laptop.end();
    }
  }, 300_000);

  test('are counted beforehand, and each is resumed and delivered (P1)', () => {
    expect(seen).toMatchObject({ planned: lost, resumed: lost, taken: lost });
  });

  test('have told of their progress rightly all the time', () => {
    expect(seen.progressFaults).toEqual([]);
    expect(seen.readings).toBeGreaterThan(10);
  });

  test('are not resumed while it is paused, but for a page that was under way', () => {
    expect(seen.pauseFaults).toEqual([]);
  });

  test('are delivered with their own data, those that come again under the same id (P4, P5)', () => {
    expect(seen.deliveryFaults).toEqual([]);
  });

  test('come again by the page that was under way at the kill, at most', () => {
    expect(seen.deliveries - seen.taken).toBeLessThanOrEqual(mostRepeated);
  });

  test('are all there afterwards and watched again, and the others are untouched (P1, P5)', () => {
    expect(seen.itemFaults).toEqual([]);
  });

  test('have cost people few notifications (P6)', () => {
    expect(seen.notifications).toBeGreaterThan(0);
    expect(seen.notifications).toBeLessThanOrEqual(6);
  });

  test('leave nothing to complain of', () => {
    expect(seen.complaints).not.toMatch(/^\s+at /m);
  });
});
