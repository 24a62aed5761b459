import { expect, test } from 'vitest';
import { resultOf } from '../../../../core/operations/redrives/page.ts';

test('the result of a page has each item in one member, by its outcome', () => {
  const [broken, busy] = [new Error('broken'), new Error('busy')];
  const result = resultOf([
    ['a', { done: 'a' }],
    ['b', 'skipped'],
    ['c', { failed: broken }],
    ['d', { retry: busy }],
    // An item that moves between two states can be seen twice.
    ['e', 'skipped'],
    ['e', { done: 'e' }],
  ]);
  expect(result).toEqual({
    done: ['a', 'e'],
    skipped: ['b'],
    failed: new Map([['c', broken]]),
    retry: new Map([['d', busy]]),
  });
});
