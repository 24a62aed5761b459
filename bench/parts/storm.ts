import { type Storm, storm } from '../../test/support/storm.ts';
import { broken, type Part } from '../harness/part.ts';
import { median } from '../harness/rounds.ts';
import { cellOf } from '../harness/targets.ts';
import { inTemporaryFolder } from '../harness/temporary-folder.ts';

const workflows = 3;
const sweepEveryMs = 15_000;
/** Notifications of a workflow in the first five minutes. */
const mostEarly = 3;
const seconds = (ms: number | undefined) => (ms ?? Number.NaN) / 1_000;
const megabytes = (bytes: number) => Math.round(bytes / 1024 ** 2);
const percent = (part: number, whole: number) => `${((part / whole) * 100).toFixed(1)} %`;

/** All items of three workflows expire in the same minute, in the local service with a data folder. */
export const stormPart: Part = {
  seconds: { quick: 40, usual: 240, full: 240 },
  targets: [
    {
      name: 'share of a storm of 100,000 that the sweep caught',
      is: 'at most',
      bound: 5,
      unit: ' %',
      figure: (part) => cellOf(part, 'caught by the sweep', '100000 items in a minute'),
    },
  ],
  measure: async (size, say) => {
    const items = size === 'quick' ? 5_000 : 100_000;
    const seen = await inTemporaryFolder((data) =>
      storm({ items, workflows, data, sweepEveryMs, floorItems: Math.min(items, 10_000), say }),
    );
    const early = seen.workflows.map(({ told }) => told.filter(({ minute }) => minute <= 5).length);
    return {
      columns: ['a storm', `${items} items in a minute`],
      rows: [
        ['registered a second', Math.round(seen.registeredPerSecond)],
        ['overdue and reported', seen.overdue],
        ['repeats of an event, under the same id', seen.events - seen.attempts],
        ['caught by the sweep', percent(seen.caughtBySweep, items)],
        ['all reported after the first deadline, s', Math.round(seen.seconds)],
        ['reported a second', Math.round(seen.reportedPerSecond)],
        ['to bare UpdateItem calls', seen.reportedPerSecond / median(seen.floorsPerSecond)],
        ['notifications of a workflow in five minutes, at most', Math.max(...early)],
        ['resident memory at most, MB', megabytes(seen.residentAtMost)],
        ['of that on the heap, MB', megabytes(seen.heapAtMost)],
      ],
      broken: [
        ...faultsOf(seen, items),
        ...broken([Math.max(...early) > mostEarly, 'too many notifications']),
      ],
    };
  },
};

/** Many items that expire at the same moment: from the deadline until each is marked. */
export const delayPart: Part = {
  seconds: { quick: 20, usual: 90, full: 90 },
  targets: [
    {
      name: 'p99 of the delay of 10,000 items at once',
      is: 'at most',
      bound: 60,
      unit: ' s',
      figure: (part) => cellOf(part, '10000', 'p99, s'),
    },
  ],
  measure: async (size, say) => {
    const items = size === 'quick' ? 1_000 : 10_000;
    const seen = await inTemporaryFolder((data) =>
      storm({ items, workflows, data, sweepEveryMs, withinSeconds: 1, say }),
    );
    const at = (share: number) => seconds(seen.delays[Math.ceil(share * seen.delays.length) - 1]);
    return {
      columns: ['items at once', 'p50, s', 'p90, s', 'p99, s', 'longest, s', 'caught by the sweep'],
      rows: [[String(items), at(0.5), at(0.9), at(0.99), at(1), percent(seen.caughtBySweep, items)]],
      broken: faultsOf(seen, items),
    };
  },
};

function faultsOf(seen: Storm, items: number): string[] {
  return broken(
    [seen.overdue !== items, `${seen.overdue} of ${items} items were overdue and reported`],
    [seen.marked !== items, `items were marked overdue ${seen.marked} times, not ${items}`],
    [seen.attempts !== items, `${seen.attempts} of ${items} items were published`],
    [seen.told !== items, `people were notified of ${seen.told} of ${items} items`],
  );
}
