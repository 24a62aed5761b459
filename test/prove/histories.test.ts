import { expect, inject, test } from 'vitest';
import { proveHistories } from '../../prove/prove-histories.ts';
import { proveInThreads } from '../../prove/prove-in-threads.ts';
import { counterexampleText } from '../../prove/report/text.ts';
import { sized } from '../support/sized.ts';

/*
 * Ten histories, because the whole suite has three minutes: a history takes half a second of a core or more, so that ten take
 * some seconds, and the minute that would be a hundred would be a third of the suite. Each run draws others. More of them:
 * SIZE=full (500), and `npm run prove` (1000 and bad input, some minutes).
 */
test('random histories break no promise (P1–P9)', async () => {
  const { seed } = inject('draws');
  const { figures, counterexamples } = await proveHistories({ seed, to: sized(10, 500) });
  expect(counterexamples.map((found) => counterexampleText(seed, found)).join('\n')).toBe('');
  expect(figures.histories).toBe(sized(10, 500));
}, 600_000);

test('the same histories happen in any number of threads', async () => {
  const { seed } = inject('draws');
  // The first of the histories above: one thread has two of them, the other has one.
  const [one, two] = await Promise.all([1, 2].map((threads) => proveInThreads({ seed, to: 3 }, threads)));
  expect(two).toEqual(one);
}, 120_000);
