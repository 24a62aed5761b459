import { bucketOf } from '../../core/model/workflow/duration-histogram.ts';
import { countNames } from '../../core/model/workflow/statistics.ts';
import { flushStatisticsEveryMs } from '../../core/names/clockwork.ts';
import { percentileNames } from '../../test/support/measured.ts';
import {
  type StatisticsDay,
  type StatisticsOfWorkflow,
  statisticsDay,
} from '../../test/support/statistics-day.ts';
import { broken, type Part } from '../harness/part.ts';
import { cellOf } from '../harness/targets.ts';

/** As many instances of each function as 100 requests a second of 30 ms keep busy. */
const instances = 3;
const perSecond = 100;
const sizes = {
  quick: { load: 2_000, rest: 500, hours: 3, killEvery: 500 },
  usual: { load: 40_000, rest: 10_000, hours: 24, killEvery: 5_000 },
};
const loadRow = 'write units for an item under load';
const columnOf = ({ load, rest, hours }: (typeof sizes)['usual']) => `${load + rest} items in ${hours} h`;

/**
 * A day of items on the AWS in memory, of which most come at once. Instances are killed, so what they had not written is
 * missing in the statistics, and nothing else is. What the writes consume is as DynamoDB counts it.
 */
export const statisticsPart: Part = {
  seconds: { quick: 10, usual: 40, full: 40 },
  targets: [
    {
      name: 'write units of statistics for an item, of 40,000 at 100 a second',
      is: 'at most',
      bound: 0.02,
      unit: '',
      figure: (part) => cellOf(part, loadRow, columnOf(sizes.usual)),
    },
  ],
  async measure(size, say) {
    const chosen = sizes[size === 'quick' ? 'quick' : 'usual'];
    const { load, rest, hours, killEvery } = chosen;
    const usual = { late: 0.001, lost: 0.0002, failed: 0.0005 };
    const day = await statisticsDay(
      {
        seed: 4,
        load: { items: load, hours: load / perSecond / 3_600, timeouts: [1], ...usual },
        rest: { items: rest, hours, timeouts: [5, 45], late: 0.01, lost: 0.01, failed: 0.01 },
        instances,
        killEvery,
      },
      say,
    );
    return { columns: ['statistics of a day', columnOf(chosen)], rows: rowsOf(day), broken: brokenIn(day) };
  },
};

function rowsOf({ workflows, killed, unwritten, actions }: StatisticsDay): (string | number)[][] {
  const lost = killed.reduce((sum, one) => sum + one.unwritten.length, 0);
  const heard = workflows.reduce((sum, one) => sum + countOf(one.heard), 0);
  const unitsOf = (isLoad: boolean) => {
    const chosen = workflows.filter((one) => one.isLoad === isLoad);
    return sumOf(chosen, ({ units }) => units) / sumOf(chosen, ({ items }) => items);
  };
  return [
    ['requests', actions],
    ['counts that callers and subscribers heard of', heard],
    ['instances killed', killed.length],
    ['counts that were lost with them', lost],
    ['other counts that differ', differences(workflows)],
    ['most that an instance had to lose, counts', unwritten.most],
    ['for at most, s', unwritten.longestMs / 1_000],
    ['percentiles furthest from the exact ones, buckets', Math.max(...workflows.map(bucketsApart))],
    [loadRow, unitsOf(true)],
    ['for an item that comes alone', unitsOf(false)],
    ['write units in the day', sumOf(workflows, ({ units }) => units)],
  ];
}

function brokenIn({ workflows, unwritten }: StatisticsDay): string[] {
  return broken(
    [differences(workflows) > 0, 'the statistics differ by more than what killed instances had not written'],
    [
      unwritten.longestMs >= flushStatisticsEveryMs,
      `an instance kept counts for longer than ${flushStatisticsEveryMs / 1_000} s`,
    ],
    [workflows.some((one) => bucketsApart(one) > 1), 'a percentile is further off than a bucket'],
  );
}

function countOf(measured: StatisticsOfWorkflow['heard']): number {
  return sumOf(countNames, (name) => measured[name]);
}

/** By how much counts by hour and by day differ from what was heard, without what killed instances had not written. */
function differences(workflows: readonly StatisticsOfWorkflow[]): number {
  return sumOf(workflows, ({ byHour, byDay, kept }) =>
    sumOf(countNames, (name) => Math.abs(byHour[name] - kept[name]) + Math.abs(byDay[name] - kept[name])),
  );
}

/** How many buckets a percentile is away from that of all that was heard, at most. */
function bucketsApart({ byDay, heard }: StatisticsOfWorkflow): number {
  return Math.max(...percentileNames.map((name) => Math.abs(bucketOf(byDay[name]) - bucketOf(heard[name]))));
}

function sumOf<One>(all: readonly One[], of: (one: One) => number): number {
  return all.reduce((sum, one) => sum + of(one), 0);
}
