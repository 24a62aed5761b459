import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bucketOf,
  buckets,
  countAbove,
  merged,
  quantileMs,
  upperMs,
} from '../../../../core/model/workflow/duration-histogram.ts';
import { noDurations } from '../../../../core/model/workflow/statistics.ts';

function histogramOf(durations: readonly number[]): number[] {
  const histogram = noDurations();
  for (const ms of durations) histogram[bucketOf(ms)] = (histogram[bucketOf(ms)] ?? 0) + 1;
  return histogram;
}

const duration = fc.integer({ min: 0, max: 366 * 86_400_000 });

describe('a histogram of durations', () => {
  test('has every duration in the bucket whose bounds are around it', () => {
    fc.assert(
      fc.property(duration, (ms) => {
        const bucket = bucketOf(ms);
        expect(ms).toBeLessThanOrEqual(upperMs(bucket));
        if (bucket > 0) expect(ms).toBeGreaterThan(upperMs(bucket - 1));
      }),
    );
  });

  test('has each bound in the bucket that it ends, and the longest timeout in the last one', () => {
    for (let bucket = 0; bucket < buckets; bucket++) expect(bucketOf(upperMs(bucket))).toBe(bucket);
    expect(bucketOf(366 * 86_400_000)).toBe(buckets - 1);
  });

  test('has percentiles at most a bucket above the true ones, and counts what is certainly longer', () => {
    fc.assert(
      fc.property(
        fc.array(duration, { minLength: 1, maxLength: 50 }),
        fc.constantFrom(0.5, 0.9, 0.99, 0.999),
        (durations, share) => {
          const sorted = durations.toSorted((a, b) => a - b);
          const exact = sorted[Math.max(1, Math.ceil(share * sorted.length)) - 1] ?? 0;
          const found = quantileMs(histogramOf(durations), share) ?? Number.NaN;
          expect(found).toBe(upperMs(bucketOf(exact)));
          const longer = countAbove(histogramOf(durations), exact);
          expect(longer).toBeLessThanOrEqual(durations.filter((ms) => ms > exact).length);
        },
      ),
    );
  });

  test('adds up with others', () => {
    expect(merged([histogramOf([1, 50]), histogramOf([50, 9_000])])).toEqual(histogramOf([1, 50, 50, 9_000]));
    expect(quantileMs(merged([]), 0.5)).toBeUndefined();
  });
});
