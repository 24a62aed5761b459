import { describe, expect, test } from 'vitest';
import { bucketOf } from '../../../../core/model/workflow/duration-histogram.ts';
import { noDurations } from '../../../../core/model/workflow/statistics.ts';
import { suggestedTimeout } from '../../../../core/model/workflow/suggested-timeout.ts';

/** A histogram with so many attempts of each length in ms. */
function histogramOf(...attempts: [count: number, ms: number][]): number[] {
  const histogram = noDurations();
  for (const [count, ms] of attempts) histogram[bucketOf(ms)] = (histogram[bucketOf(ms)] ?? 0) + count;
  return histogram;
}

describe('the suggested timeout', () => {
  test('is one and a half times what 99.9 % took, rounded up as people would', () => {
    const found = suggestedTimeout(histogramOf([9_990, 40_000], [10, 300_000]));
    expect(found).toEqual({
      timeout: 'PT80S',
      completed: 10_000,
      days: 30,
      p999Ms: 49_879,
      lateShare: 0.001,
    });
    expect(suggestedTimeout(histogramOf([200, 300_000]))?.timeout).toBe('PT10M');
    expect(suggestedTimeout(histogramOf([200, 3 * 3_600_000]))?.timeout).toBe('PT7H');
  });

  test('is a minute at least, because AWS fires no timer earlier', () => {
    expect(suggestedTimeout(histogramOf([200, 5]))?.timeout).toBe('PT1M');
  });

  test('is missing after fewer than a hundred completed attempts', () => {
    expect(suggestedTimeout(histogramOf([99, 40_000]))).toBeUndefined();
  });
});
