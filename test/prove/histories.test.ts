import { expect, inject, test } from 'vitest';
import { sumOf } from '../../prove/figures.ts';
import { proveHistories } from '../../prove/prove-histories.ts';
import { proveInThreads } from '../../prove/prove-in-threads.ts';
import { counterexampleText } from '../../prove/report/text.ts';
import { sized } from '../support/sized.ts';

const { seed } = inject('draws');

/** Three, so that one of two threads has two of them, and the other has one. */
const few = 3;
const ofFew = proveHistories({ seed, to: few });

/*
 * Ten histories, because the whole suite has three minutes: a history takes half a second of a core or more, so that ten take
 * some seconds, and the minute that would be a hundred would be a third of the suite. Each run draws others. More of them:
 * SIZE=full (500), and `npm run prove` (1000, with the other parts some minutes).
 */
test('random histories break no promise (P1–P9)', async () => {
  const found = [await ofFew, await proveHistories({ seed, from: few, to: sized(10, 500) })];
  const counterexamples = found.flatMap((one) => one.counterexamples);
  expect(counterexamples.map((one) => counterexampleText(seed, one)).join('\n')).toBe('');
  expect(found.map(({ figures }) => figures).reduce(sumOf).histories).toBe(sized(10, 500));
}, 600_000);

test('the same histories happen in any number of threads', async () => {
  expect(await proveInThreads({ seed, to: few }, 2)).toEqual(await ofFew);
}, 120_000);
