import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { seededRandom } from '../support/seeded-random.ts';
import { sized } from '../support/sized.ts';
import { type Change, ChangingItems } from './support/changing-items.ts';
import { exportWalk } from './support/export-walk.ts';
import { Laptop, type Local } from './support/laptop-without-vitest.ts';
import { registerAll } from './support/outage-items.ts';

/** Fifteen pages. */
const { items, limit } = sized({ items: 600, limit: 40 }, { items: 3_000, limit: 200 });
const workflow = 'exported';
const kinds: readonly Change[] = ['register', 'complete', 'step', 'tag', 'fail', 'restart', 'extend'];

/* `npm run bench -- --only export` does the same with 100,000 items and measures the memory. */
describe(`an export of ${items} items, twice, while others are registered, changed and completed`, () => {
  const laptop = new Laptop();
  let local: Local;
  let changing: ChangingItems;
  beforeAll(async () => {
    local = await laptop.start({ data: laptop.folder() });
    await registerAll(local.caller, { workflow, items, lost: 0, lostAfter: 0 });
    changing = new ChangingItems(local.caller, {
      workflow,
      items,
      random: seededRandom(inject('draws').seed),
    });
  }, 90_000);
  afterAll(() => laptop.end());

  test('has every item that stays once and equal, whatever changes while a page is read (P5)', async () => {
    for (let round = 0; round < 2; round++) {
      const query = `limit=${limit}`;
      const walk = await exportWalk(local.caller, { workflow, query, changing, kinds });
      expect(walk.faults).toEqual([]);
      expect(walk.pages).toBeGreaterThanOrEqual(items / limit);
    }
  });
});
