import fc from 'fast-check';
import { expect, test } from 'vitest';
import { requests } from '../../../prove/history/draw-request.ts';

test('failures are drawn as a reason and as a text, and as a text never in a batch', () => {
  const drawn = fc.sample(requests, { numRuns: 2_000, seed: 1 });
  const alone = drawn.flatMap((one) => (one.ask === 'fail' ? [one.via] : []));
  const inBatches = drawn.flatMap((one) =>
    one.ask === 'batch' ? one.operations.filter(({ ask }) => ask === 'fail') : [],
  );
  expect(new Set(alone)).toEqual(new Set(['POST', undefined]));
  expect(inBatches).not.toEqual([]);
  expect(inBatches.filter((one) => 'via' in one)).toEqual([]);
});
