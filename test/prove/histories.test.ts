import { expect, inject, test } from 'vitest';
import { proveHistories } from '../../prove/prove-histories.ts';
import { proveInThreads } from '../../prove/prove-in-threads.ts';
import { counterexampleText } from '../../prove/report/text.ts';
import { sized } from '../support/sized.ts';

test('random histories break no promise (P1–P9)', async () => {
  const { seed } = inject('draws');
  const { figures, counterexamples } = await proveHistories({ seed, to: sized(10, 500) });
  expect(counterexamples.map((found) => counterexampleText(seed, found)).join('\n')).toBe('');
  expect(figures.histories).toBe(sized(10, 500));
}, 600_000);

test('the same histories happen in any number of threads', async () => {
  const { seed } = inject('draws');
  const [one, two] = await Promise.all([1, 2].map((threads) => proveInThreads({ seed, to: 4 }, threads)));
  expect(two).toEqual(one);
}, 120_000);
