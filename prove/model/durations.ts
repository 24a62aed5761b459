import type { StatisticsReply } from '../../core/contract/statistics.ts';
import type { Asked } from '../ledger.ts';
import type { Broken, Evidence } from './evidence.ts';
import { at } from './times.ts';
import type { Workflow } from './workflow.ts';

const shares = { p50Ms: 0.5, p90Ms: 0.9, p99Ms: 0.99, p999Ms: 0.999 } as const;
/** A bucket is this many times as wide as the one before it; the first has everything up to 10 ms. */
const growth = 1.5;
const firstMs = 10;

/**
 * P7: durations agree with the counts beside them, and a percentile is the upper bound of the bucket that has it.
 *
 * @param isWhole whether the reply has everything that happened
 */
export function durations(
  evidence: Evidence,
  workflow: Workflow,
  { total, histogram }: StatisticsReply,
  { end }: Pick<Asked, 'end'>,
  isWhole: boolean,
): Broken[] {
  const broken = (text: string): Broken[] => [
    { promise: 'P7', kind: 'wrong', text: `${workflow.name} has ${text} at ${at(end)}` },
  ];
  const completed = total.onTime + total.late + total.recovered;
  const inBuckets = countTo(histogram, histogram.length);
  const count = total.durations?.count ?? 0;
  if (count !== completed || count !== inBuckets)
    return broken(`${completed} completed attempts, ${count} durations, and ${inBuckets} in buckets`);
  const took = isWhole && !workflow.forgets ? tookIn(evidence, workflow) : [];
  return Object.entries(shares).flatMap(([name, share]) => {
    const said = total.durations?.[name as keyof typeof shares] ?? 0;
    const rank = Math.max(1, Math.ceil(share * count));
    const bucket = histogram.find((_, index) => countTo(histogram, index) >= rank);
    if (count > 0 && said !== bucket?.upToMs)
      return broken(`a ${name} of ${said} ms, and its bucket ends at ${bucket?.upToMs}`);
    // A completion without a reply took an unknown time.
    const real = took.length === count ? took[rank - 1] : undefined;
    if (real === undefined || (real <= said && said <= Math.max(firstMs, Math.ceil(real * growth))))
      return [];
    return broken(`a ${name} of ${said} ms, and attempts took ${took.join(', ')} ms`);
  });
}

function countTo(histogram: StatisticsReply['histogram'], index: number): number {
  return histogram.slice(0, index + 1).reduce((sum, { count }) => sum + count, 0);
}

/** How long each completed attempt took, by the replies to its completion; the shortest first. */
function tookIn({ items }: Evidence, workflow: Workflow): number[] {
  const own = items.filter((item) => item.workflow === workflow);
  return own
    .flatMap(({ asked }) => {
      const replies = asked.flatMap(({ request, reply }) =>
        request.ask === 'complete' && ['on-time', 'late', 'recovered'].includes(reply?.json?.outcome)
          ? [[reply?.json.attempt, reply?.json.tookMs] as const]
          : [],
      );
      return [...new Map<number, number>(replies).values()];
    })
    .toSorted((a, b) => a - b);
}
