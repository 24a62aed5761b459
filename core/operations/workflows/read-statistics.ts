import { limits } from '../../contract/limits.ts';
import { numberText } from '../../contract/number-text.ts';
import type {
  Durations,
  StatisticsCounts,
  StatisticsQuery,
  StatisticsReply,
} from '../../contract/statistics.ts';
import { instant } from '../../contract/time.ts';
import { errorFields } from '../../log.ts';
import { countOf, type Histogram, quantileMs, upperMs } from '../../model/workflow/duration-histogram.ts';
import { requireKnown } from '../../model/workflow/known-workflow.ts';
import { beginOf, keptMs, type Period, periodMs, sumOf } from '../../model/workflow/statistics.ts';
import type { Ports } from '../../ports.ts';
import { ProblemError } from '../../problem-error.ts';

/**
 * What happened in a workflow between two times, by hour or by day. Throws a 404 problem for an unknown workflow, a 400
 * problem for a range that is empty or longer than periods are kept.
 */
export async function readStatistics(
  { registry, statistics, clock, log }: Pick<Ports, 'registry' | 'statistics' | 'clock' | 'log'>,
  { workflow, query }: { workflow: string; query: StatisticsQuery },
): Promise<StatisticsReply> {
  const { by = 'day' } = query;
  const { first, from, to } = rangeOf(query, by, clock.now());
  const [known, read] = await Promise.all([
    registry.findOrUnreadable(workflow),
    statistics.read(workflow, by, { from, to: to - 1 }),
  ]);
  requireKnown(known, workflow);
  const periods = read.flatMap((period) => {
    if (!('error' in period)) return [period];
    log.error('record cannot be read', { workflow, name: period.name, ...errorFields(period.error) });
    return [];
  });
  const { counts, durations } = sumOf(periods);
  return {
    workflow,
    from: instant(from),
    to: instant(to),
    by,
    total: viewOf({ counts, durations }),
    ...(counts.started > 0 && { lossRate: counts.overdue / counts.started }),
    summary: summaryOf(counts, Math.max(1, Math.round((to - first) / periodMs.day))),
    periods: periods.map((period) => ({ from: instant(period.from), ...viewOf(period) })),
    histogram: bucketsOf(durations),
  };
}

/** The requested range begins at `first`; the range of whole periods begins at `from`. */
function rangeOf(query: StatisticsQuery, by: 'hour' | 'day', now: number) {
  const to = query.to === undefined ? now : Date.parse(query.to);
  const first =
    query.from === undefined ? to - limits.defaultStatisticsDays * periodMs.day : Date.parse(query.from);
  const from = beginOf(first, by);
  if (from < to && to - from <= keptMs[by] + periodMs.day) return { first, from, to };
  const days = keptMs[by] / periodMs.day;
  const message = `must be before to (${instant(to)}) by at most ${days} days, for which ${by}s are kept; received ${instant(first)}`;
  throw new ProblemError('invalid-request', `from ${message}`, { errors: [{ path: 'from', message }] });
}

function viewOf({ counts, durations }: Pick<Period, 'counts' | 'durations'>) {
  const took = durationsOf(durations);
  return { ...counts, ...(took && { durations: took }) };
}

function durationsOf(histogram: Histogram): Durations | undefined {
  const count = countOf(histogram);
  if (count === 0) return undefined;
  const at = (share: number) => quantileMs(histogram, share) ?? 0;
  return { count, p50Ms: at(0.5), p90Ms: at(0.9), p99Ms: at(0.99), p999Ms: at(0.999) };
}

function summaryOf({ overdue, started }: StatisticsCounts, days: number): string {
  const time = days === 1 ? '1 day' : `${numberText(days)} days`;
  return `${numberText(overdue)} lost of ${numberText(started)} in ${time}`;
}

function bucketsOf(histogram: Histogram): StatisticsReply['histogram'] {
  return histogram.flatMap((count, bucket) =>
    count === 0 ? [] : [{ aboveMs: bucket === 0 ? 0 : upperMs(bucket - 1), upToMs: upperMs(bucket), count }],
  );
}
