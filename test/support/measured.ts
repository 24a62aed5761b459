import type { StatisticsReply } from '../../core/contract/statistics.ts';
import { countNames, noCounts } from '../../core/model/workflow/statistics.ts';
import type { Counted } from './fleet.ts';

const percentiles = { p50Ms: 0.5, p90Ms: 0.9, p99Ms: 0.99, p999Ms: 0.999 } as const;
export const percentileNames = Object.keys(percentiles) as (keyof typeof percentiles)[];

/** Counts of attempts, how many were completed, and percentiles of how long those took. */
export type Measured = Record<(typeof countNames)[number] | 'completed' | keyof typeof percentiles, number>;

/** To the millisecond. */
export function measured(all: readonly Counted[]): Measured {
  const counts = noCounts();
  for (const one of all) for (const name of countNames) counts[name] += one.counts[name] ?? 0;
  const took = all.flatMap(({ tookMs }) => tookMs ?? []).toSorted((a, b) => a - b);
  const at = (share: number) => took[Math.max(1, Math.ceil(share * took.length)) - 1] ?? 0;
  return { ...counts, completed: took.length, ...byPercentile((name) => at(percentiles[name])) };
}

/** As the service says it: a percentile is the upper bound of its bucket. */
export function measuredOf({ total: { durations, ...counts } }: StatisticsReply): Measured {
  return { ...counts, completed: durations?.count ?? 0, ...byPercentile((name) => durations?.[name] ?? 0) };
}

function byPercentile(of: (name: keyof typeof percentiles) => number) {
  const entries = percentileNames.map((name) => [name, of(name)]);
  return Object.fromEntries(entries) as Record<keyof typeof percentiles, number>;
}
