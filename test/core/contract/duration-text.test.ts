import { expect, test } from 'vitest';
import { durationText } from '../../../core/contract/duration-text.ts';

test('durations have two units', () => {
  const texts = [0, 999, 1_000, 59_999, 61_000, 3_605_000, 3_725_000, 90_061_000, 34_560_000_000].map(
    durationText,
  );
  expect(texts).toEqual(['under 1s', 'under 1s', '1s', '59s', '1m 1s', '1h', '1h 2m', '1d 1h', '400d']);
});
