import { expect, test } from 'vitest';
import { fewAtATime } from '../../../console/parts/few-at-a-time.ts';

test('three of ten are read at a time, the next when one has ended, and the results are in order', async () => {
  const running: (() => void)[] = [];
  let most = 0;
  const all = fewAtATime([...'abcdefghij'], 3, async (one) => {
    await new Promise<void>((end) => {
      most = Math.max(most, running.push(end));
    });
    return one.toUpperCase();
  });
  // The last one that began ends first.
  for (let ended = 0; ended < 10; ended++) {
    running.pop()?.();
    await new Promise(setImmediate);
  }
  expect(await all).toEqual([...'ABCDEFGHIJ']);
  expect(most).toBe(3);
});

test('a reading that fails makes all fail', async () => {
  const failing = fewAtATime([1, 2, 3], 2, (one) =>
    one === 2 ? Promise.reject(new Error('no')) : Promise.resolve(one),
  );
  await expect(failing).rejects.toThrow('no');
});
