import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { covers, disjointPatterns } from '../../../../core/model/access/permission.ts';

describe('a pattern', () => {
  test.each([
    ['uploads', 'uploads', true],
    ['uploads', 'uploads2', false],
    ['uploads', 'upload', false],
    ['uploads', 'Uploads', false],
    ['up*', 'uploads', true],
    ['up*', 'up', true],
    ['up*', 'u', false],
    ['up*', 'sup', false],
    ['*', 'anything', true],
    ['*', '', true],
    ['.*', 'uploads', false],
    ['.*', '.uploads', true],
  ])('%s covers %s: %s', (pattern, workflow, covered) => {
    expect(covers([pattern], workflow)).toBe(covered);
  });

  test('of none covers nothing', () => {
    expect(covers([], 'uploads')).toBe(false);
  });
});

describe('disjoint patterns', () => {
  const name = fc.string({ unit: fc.constantFrom('a', 'b', '-', '.'), minLength: 0, maxLength: 3 });
  const pattern = fc.oneof(
    name.filter((text) => text !== ''),
    name.map((text) => `${text}*`),
  );

  test('cover what the given ones do, each name once and in order', () => {
    fc.assert(
      fc.property(fc.array(pattern, { maxLength: 6 }), fc.array(name), (patterns, names) => {
        const disjoint = disjointPatterns(patterns);
        const sorted = [...new Set(names)].sort();
        expect(disjoint.flatMap((one) => sorted.filter((text) => covers([one], text)))).toEqual(
          sorted.filter((text) => covers(patterns, text)),
        );
      }),
    );
  });
});
