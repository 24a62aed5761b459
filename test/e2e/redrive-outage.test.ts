// This test waits in real time: only a real process can be killed.
import { beforeAll, describe, expect, test } from 'vitest';
import { sized } from '../support/sized.ts';
import { Laptop } from './support/laptop-without-vitest.ts';
import { type RedriveOutage, redriveOutage } from './support/redrive-outage.ts';

/** Items of the current page, and items that were just being delivered, may be delivered again after a kill. */
const mostRepeated = 20;
/** Enough for several pages in each third of the redrive, between which it is paused and killed. */
const size = sized(
  { items: 1_000, lost: 300, rate: 100, lostAfter: 3 },
  { items: 9_000, lost: 2_000, rate: 500, lostAfter: 6 },
);
const { items, lost } = size;

/* `npm run bench -- --only redrive` does the same with 90,000 items, 20,000 of them overdue. */
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

  test('are counted by the dry run, and each is resumed and delivered (P1)', () => {
    expect(seen).toMatchObject({ planned: lost, resumed: lost, taken: lost });
  });

  test('were not all resumed when the service was killed', () => {
    expect(seen.resumedAtKill).toBeLessThan(lost);
  });

  test('show correct progress all the time', () => {
    expect(seen.progressFaults).toEqual([]);
    expect(seen.readings).toBeGreaterThan(10);
  });

  test('are not resumed during the pause, except for the current page', () => {
    expect(seen.pauseFaults).toEqual([]);
  });

  test('are delivered with their own data, repeats with the same id (P4, P5)', () => {
    expect(seen.deliveryFaults).toEqual([]);
  });

  test('are delivered twice at most as far as they were in the current page at the kill', () => {
    expect(seen.deliveries - seen.taken).toBeLessThanOrEqual(mostRepeated);
  });

  test('are all there afterwards and watched again, and the others are unchanged (P1, P5)', () => {
    expect(seen.itemFaults).toEqual([]);
  });

  test('have caused few notifications (P6)', () => {
    expect(seen.notifications).toBeGreaterThan(0);
    expect(seen.notifications).toBeLessThanOrEqual(6);
  });

  test('have caused no error message', () => {
    expect(seen.complaints).not.toMatch(/^\s+at /m);
  });
});
