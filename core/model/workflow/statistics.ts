import { limits } from '../../contract/limits.ts';
import type { StatisticsCounts } from '../../contract/statistics.ts';
import { buckets, type Histogram, merged } from './duration-histogram.ts';

/** The counts, by name. */
export const countNames = [
  'started',
  'onTime',
  'late',
  'recovered',
  'overdue',
  'failed',
  'shadowLate',
  'resumed',
] as const satisfies readonly (keyof StatisticsCounts)[];
export type CountName = (typeof countNames)[number];

/** The lengths of a period, in milliseconds. Days are in UTC. */
export const periodMs = { hour: 3_600_000, day: 86_400_000 } as const;
export type PeriodLength = keyof typeof periodMs;
export const periodLengths = ['hour', 'day'] as const;

/** For how many milliseconds after its beginning a period is kept. */
export const keptMs = {
  hour: limits.hourlyStatisticsDays * periodMs.day,
  day: limits.dailyStatisticsDays * periodMs.day,
} as const;

/** What happened in a workflow in one period. */
export interface Period {
  /** When it begins, in milliseconds since the epoch. */
  from: number;
  counts: StatisticsCounts;
  durations: Histogram;
}

/** The beginning of the period that a time is in. */
export function beginOf(at: number, by: PeriodLength): number {
  return Math.floor(at / periodMs[by]) * periodMs[by];
}

export function noCounts(): StatisticsCounts {
  return { started: 0, onTime: 0, late: 0, recovered: 0, overdue: 0, failed: 0, shadowLate: 0, resumed: 0 };
}

/** The sum of periods. */
export function sumOf(periods: readonly Period[]): Pick<Period, 'counts' | 'durations'> {
  const counts = noCounts();
  for (const period of periods) for (const name of countNames) counts[name] += period.counts[name];
  return { counts, durations: merged(periods.map(({ durations }) => durations)) };
}

export function noDurations(): number[] {
  return Array.from({ length: buckets }, () => 0);
}
