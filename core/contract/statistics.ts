import * as z from 'zod/mini';
import { limits } from './limits.ts';
import { WorkflowName } from './names.ts';
import { type OperationContract, WorkflowPath } from './operation.ts';
import { Instant, InstantInput } from './time.ts';

/** How long statistics are kept, for descriptions. */
export const statisticsKept = `Statistics by hour are kept for ${limits.hourlyStatisticsDays} days, by day for ${limits.dailyStatisticsDays} days.`;

const Count = z.int().check(z.minimum(0));
const Ms = z.int().check(z.minimum(0));

const counted = (description: string) => Count.check(z.meta({ description }));

const countsShape = {
  started: counted('Attempts whose watch began: registrations, restarts and resumed items.'),
  onTime: counted('Attempts completed before the deadline.'),
  late: counted('Attempts completed after they had gone overdue.'),
  recovered: counted(
    'Attempts completed before the deadline after they had failed or were not started in time.',
  ),
  overdue: counted('Attempts that were not completed by their deadline, or not started by `startBy`.'),
  failed: counted('Attempts that their caller reported as failed.'),
  shadowLate: counted('Attempts that would have gone overdue under `shadowTimeout`.'),
  resumed: counted('Attempts that a redrive began. They count as started, too.'),
};
export const StatisticsCounts = z.strictObject(countsShape);
export type StatisticsCounts = z.infer<typeof StatisticsCounts>;

const percentile = (share: string) =>
  Ms.check(
    z.meta({
      description: `${share} of the completed attempts took at most this many milliseconds. It is the upper bound of a bucket, at most 1.5 times too high.`,
    }),
  );
/** How long completed attempts took. */
export const Durations = z.strictObject({
  count: counted('Completed attempts.'),
  p50Ms: percentile('50 %'),
  p90Ms: percentile('90 %'),
  p99Ms: percentile('99 %'),
  p999Ms: percentile('99.9 %'),
});
export type Durations = z.infer<typeof Durations>;

const durations = z
  .optional(Durations)
  .check(z.meta({ description: 'How long attempts took. Absent if none was completed.' }));

const Bucket = z.strictObject({
  aboveMs: Ms,
  upToMs: Ms,
  count: Count,
});

export const StatisticsQuery = z.strictObject({
  from: z.optional(InstantInput).check(
    z.meta({
      description: `The beginning, moved back to the beginning of its hour or day: ${limits.defaultStatisticsDays} days before \`to\` by default. ${statisticsKept}`,
    }),
  ),
  to: z.optional(InstantInput).check(z.meta({ description: 'The end: now by default.' })),
  by: z
    .optional(z.enum(['hour', 'day']))
    .check(z.meta({ description: 'The length of the periods, in UTC. Days by default.' })),
});
export type StatisticsQuery = z.infer<typeof StatisticsQuery>;

export const StatisticsReply = z.strictObject({
  workflow: WorkflowName,
  from: Instant,
  to: Instant,
  by: z.enum(['hour', 'day']),
  total: z.strictObject({ ...countsShape, durations }),
  lossRate: z.optional(z.number()).check(
    z.meta({
      description: 'The share of the started attempts that went overdue. Absent if none was started.',
      examples: [0.0000109],
    }),
  ),
  summary: z.string().check(
    z.meta({
      description: 'The loss for people.',
      examples: [`2 lost of 184,000 in ${limits.defaultStatisticsDays} days`],
    }),
  ),
  periods: z
    .array(z.strictObject({ from: Instant, ...countsShape, durations }))
    .check(z.meta({ description: 'The periods in which something happened, oldest first.' })),
  histogram: z.array(Bucket).check(
    z.meta({
      description:
        'Completed attempts by how long they took, over all periods. Buckets without attempts are left out.',
    }),
  ),
});
export type StatisticsReply = z.infer<typeof StatisticsReply>;

export const readStatisticsContract = {
  operation: 'read-statistics',
  scope: 'read',
  path: WorkflowPath,
  query: StatisticsQuery,
  replies: { 200: StatisticsReply },
  problems: ['workflow-not-found'],
} satisfies OperationContract;
