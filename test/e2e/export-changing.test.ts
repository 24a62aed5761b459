import { expect } from 'vitest';
import { type Change, ChangingItems } from './support/changing-items.ts';
import { exportWalk } from './support/export-walk.ts';
import { type Laptop, test } from './support/laptop.ts';
import { seeded } from './support/ledger.ts';
import { registerAll } from './support/outage-items.ts';

const items = 3_000;
const workflow = 'exported';
const withoutMoves: readonly Change[] = ['register', 'complete', 'step', 'tag', 'fail'];

/* `npm run bench:export` does the same with 100,000 items and looks at memory. */
async function changing(laptop: Laptop, kinds: readonly Change[]) {
  const { caller } = await laptop.start({ data: laptop.folder() });
  await registerAll(caller, { workflow, items, lost: 0, lostAfter: 0 });
  const seed = Number(process.env.EXPORT_SEED ?? Date.now() % 1_000_000);
  process.stdout.write(`seed ${seed} (EXPORT_SEED)\n`);
  return { caller, changing: new ChangingItems(caller, { workflow, items, kinds, random: seeded(seed) }) };
}

test('an export by registration has what stayed once, whatever changes meanwhile (P5)', async ({
  laptop,
}) => {
  const service = await changing(laptop, [...withoutMoves, 'restart', 'extend']);
  for (const _ of ['once', 'and again']) {
    const query = 'sort=registration&limit=100';
    const walk = await exportWalk(service.caller, { ...service, workflow, query, meanwhile: true });
    expect(walk.faults).toEqual([]);
    expect(walk.pages).toBeGreaterThan(items / 100);
  }
}, 60_000);

test('an export by deadline has what stayed once, unless deadlines move (P5)', async ({ laptop }) => {
  const service = await changing(laptop, withoutMoves);
  for (const _ of ['once', 'and again']) {
    const query = 'limit=100';
    const walk = await exportWalk(service.caller, { ...service, workflow, query, meanwhile: false });
    expect(walk.faults).toEqual([]);
  }
}, 60_000);
