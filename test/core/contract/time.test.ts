import { describe, expect, test } from 'vitest';
import { Timeout } from '../../../core/contract/time.ts';
import { timeoutMs } from '../../../core/contract/timeout.ts';

describe('a timeout', () => {
  test.each([
    [900, 900_000],
    [0.25, 250],
    ['PT15M', 900_000],
    ['P1DT2H', 93_600_000],
    ['900', 900_000],
    ['0.25', 250],
    ['15m', 900_000],
    ['1h30m', 5_400_000],
    ['1d', 86_400_000],
    ['2d3h4m5s', 183_845_000],
    ['P2W', 1_209_600_000],
    ['P0Y0M1D', 86_400_000],
    ['PT1,5S', 1_500],
  ])('%j is %d ms (users 9)', (timeout, ms) => {
    expect(timeoutMs(timeout)).toBe(ms);
  });

  test.each([
    '',
    ' 5',
    '5 m',
    '5M',
    'm',
    '5m1h',
    '1.5h',
    '-5',
    '+5',
    '5e3',
    '0x5',
    '5ms',
    '5w',
    '٥',
    'P1M',
    'P1Y',
    'P1W1D',
    'PT1.5H',
    '-PT5S',
    'P',
    'PT',
    '1'.repeat(65),
  ])('%j is refused, and the text says what is allowed (P7)', (timeout) => {
    expect(timeoutMs(timeout)).toBeUndefined();
    expect(Timeout.safeParse(timeout).error?.issues[0]?.message).toMatch(
      /^must be a number of seconds, a duration such as 15m/,
    );
  });
});
