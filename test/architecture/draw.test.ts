import { expect, inject, test } from 'vitest';
import { faultsOf, parts, seedOf, sizeOf } from '../support/draw.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { tried } from '../support/tried-faults.ts';

/* The random draws of a run can be repeated, and every part of the enumerated faults has its day. */

test('the same seed draws the same numbers, and another seed draws others', () => {
  const draw = (seed: number) => Array.from({ length: 10 }, seededRandom(seed));
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  expect(seedOf('4711')).toBe(4711);
});

test.each(['x', '-1', '1.5', '2147483648', '0x10'])('SEED=%s is refused', (text) => {
  expect(() => seedOf(text)).toThrow(`SEED is ${text}; it must be a whole number from 0 to 2147483647`);
});

test('every part of the faults is taken within four days, wherever tests run', () => {
  const days = ['2026-12-30', '2026-12-31', '2027-01-01', '2027-01-02'];
  const taken = days.map((day) => faultsOf(undefined, new Date(`${day}T23:59:59Z`)));
  expect(taken.toSorted()).toEqual([...Array(parts).keys()]);
  expect(faultsOf(undefined, new Date('2026-12-30T00:00:00Z'))).toBe(taken[0]);
});

test('FAULTS names the part or all of them', () => {
  expect([faultsOf('all', new Date()), faultsOf('3', new Date())]).toEqual(['all', 3]);
  for (const text of ['4', '-1', 'some']) {
    expect(() => faultsOf(text, new Date())).toThrow(
      `FAULTS is ${text}; it must be all, or a number from 0 to 3`,
    );
  }
});

test('SIZE is usual or full', () => {
  expect([sizeOf(undefined), sizeOf('usual'), sizeOf('full')]).toEqual(['usual', 'usual', 'full']);
  expect(() => sizeOf('big')).toThrow('SIZE is big; it must be usual or full');
});

test('a run takes its part of the faults, in their order', () => {
  const part = inject('draws').faults;
  const all = [...Array(10).keys()];
  expect(tried(all)).toEqual(part === 'all' ? all : all.filter((one) => one % parts === part));
});
