import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import * as fc from 'fast-check';

export type Item = Record<string, AttributeValue>;

const word = fc.constantFrom('a', 'b', 'bc', 'ü', '😀', '\ud7ff', '#1');
const number = fc.constantFrom('0', '1', '-1', '2.5', '10', '1234567890123456789012345678901234', '0.001');

/** Values with an order. */
export const ordered = fc.oneof(
  word.map((S) => ({ S })),
  number.map((N) => ({ N })),
);

/** Values of every type, and now and then one that is refused. */
export const value = fc.oneof<fc.MaybeWeightedArbitrary<AttributeValue>[]>(
  { weight: 8, arbitrary: word.map((S) => ({ S })) },
  { weight: 8, arbitrary: number.map((N) => ({ N })) },
  { weight: 2, arbitrary: fc.boolean().map((BOOL) => ({ BOOL })) },
  { weight: 1, arbitrary: fc.constant({ NULL: true as const }) },
  {
    weight: 3,
    arbitrary: fc
      .array(
        word.map((S) => ({ S })),
        { maxLength: 3 },
      )
      .map((L) => ({ L })),
  },
  {
    weight: 2,
    arbitrary: fc
      .dictionary(
        fc.constantFrom('x', 'y'),
        number.map((N) => ({ N })),
      )
      .map((M) => ({ M })),
  },
  { weight: 3, arbitrary: fc.uniqueArray(word, { minLength: 1, maxLength: 3 }).map((SS) => ({ SS })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<AttributeValue>({ N: 'many' }, { SS: [] }, { NS: ['1', '1'] }, { N: '1e200' }),
  },
);

export interface Key {
  pk: string;
  sk: string;
}

/** Few keys, so that calls meet each other's items; an empty one is refused. */
export const key: fc.Arbitrary<Key> = fc.record({
  pk: fc.constantFrom('p', 'q', 'ü'),
  sk: fc.oneof(
    { weight: 20, arbitrary: fc.constantFrom('a', 'ab', 'b', 'ba', 'ü', '😀') },
    { weight: 1, arbitrary: fc.constant('') },
  ),
});

export const keyOf = ({ pk, sk }: Key): Item => ({ pk: { S: pk }, sk: { S: sk } });

const shared = fc.record(
  { n: value, s: value, l: value, m: value, ss: value, extra: value, gh: fc.constantFrom('g', 'h') },
  { requiredKeys: [] },
);

/** An item, mostly with the keys of the index. No two items have the same place in it: their order would be undefined. */
export const item: fc.Arbitrary<Item> = fc
  .tuple(key, shared, fc.constantFrom('1', '2', '3', undefined))
  .map(([{ pk, sk }, { gh, ...others }, gs]) => ({
    ...others,
    ...keyOf({ pk, sk }),
    ...(gh !== undefined && { gh: { S: gh } }),
    ...(gs !== undefined && { gs: { S: `${gs}${pk}${sk}` } }),
  }));
