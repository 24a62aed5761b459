/**
 * How long items took, counted in buckets whose bounds grow by half each: a percentile is right to within a bucket, and
 * histograms of several hours and writers add up. The last bucket holds the longest timeout, 366 days.
 */
const leastMs = 10;
const growth = 1.5;
export const buckets = 55;

/** The number of the bucket for a duration: the first whose upper bound is not below it. */
export function bucketOf(ms: number): number {
  if (ms <= leastMs) return 0;
  const bucket = Math.ceil(Math.log(ms / leastMs) / Math.log(growth));
  // The logarithm of a bound itself can come out a little too large.
  const exact = ms <= upperMs(bucket - 1) ? bucket - 1 : bucket;
  return Math.min(exact, buckets - 1);
}

/** The longest duration in a bucket, in milliseconds. */
export function upperMs(bucket: number): number {
  return Math.round(leastMs * growth ** bucket);
}

/** How many items each bucket has, by its number. */
export type Histogram = readonly number[];

export function merged(histograms: readonly Histogram[]): number[] {
  return Array.from({ length: buckets }, (_, bucket) =>
    histograms.reduce((sum, histogram) => sum + (histogram[bucket] ?? 0), 0),
  );
}

export function countOf(histogram: Histogram): number {
  return histogram.reduce((sum, count) => sum + count, 0);
}

/** The upper bound of the bucket with this share of the durations, in milliseconds. Undefined without durations. */
export function quantileMs(histogram: Histogram, share: number): number | undefined {
  const count = countOf(histogram);
  if (count === 0) return undefined;
  const rank = Math.max(1, Math.ceil(share * count));
  let seen = 0;
  const bucket = histogram.findIndex((ofBucket) => {
    seen += ofBucket;
    return seen >= rank;
  });
  return upperMs(bucket);
}

/** How many durations are certainly longer than this duration: the durations in the buckets above its own. */
export function countAbove(histogram: Histogram, ms: number): number {
  return countOf(histogram.slice(bucketOf(ms) + 1));
}
