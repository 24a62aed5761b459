import { expect, inject, test } from 'vitest';
import { proveHistories } from '../../prove/prove-histories.ts';
import { counterexampleText } from '../../prove/report/text.ts';
import { sized } from '../support/sized.ts';

test('random histories break no promise (P1–P9)', async () => {
  const { seed } = inject('draws');
  const { figures, counterexamples } = await proveHistories({ seed, to: sized(10, 500) });
  expect(counterexamples.map((found) => counterexampleText(seed, found)).join('\n')).toBe('');
  expect(figures.histories).toBe(sized(10, 500));
}, 600_000);
