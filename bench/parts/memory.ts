import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import { Laptop } from '../../test/e2e/support/laptop-without-vitest.ts';
import { data } from '../harness/events.ts';
import type { Part } from '../harness/part.ts';
import { residentMbOf } from '../harness/service-process.ts';
import { parallel } from '../harness/shadow.ts';
import { cellOf } from '../harness/targets.ts';

/** The first five are judged, and the last five show whether the growth goes on. */
const steps = 8;
const judged = 5;
/** The memory that warming up may add, in MB for 10,000 pairs. */
const mostGrowthMb = 5;
const growthRow = 'growth for 10000 pairs, first five readings, least squares';
const lastGrowthRow = 'growth for 10000 pairs, last five readings, least squares';

/** Whether the local service's memory stays the same while items come and go over HTTP. */
export const memoryPart: Part = {
  seconds: { quick: 30, usual: 170, full: 170 },
  targets: [
    {
      name: 'growth of memory for 10,000 pairs, over 50,000',
      is: 'at most',
      bound: 1,
      unit: ' MB',
      figure: (part) =>
        Number.isNaN(cellOf(part, '50000', 'resident MB'))
          ? Number.NaN
          : cellOf(part, growthRow, 'resident MB'),
    },
  ],
  async measure(size, say) {
    const inStep = size === 'quick' ? 1_000 : 10_000;
    const laptop = new Laptop('sources');
    const resident: number[] = [];
    try {
      const { caller, process: service } = await laptop.start({
        data: laptop.folder(),
        startsWithin: 60_000,
      });
      const pair = async () => {
        const path = `/v1/workflows/bench/item?id=${randomUUID()}`;
        const started = await caller.request('PUT', path, { timeout: 3_600, step: 'uploaded', data });
        const ended = await caller.request('DELETE', path);
        if (started.status !== 201 || ended.status !== 200) throw new Error('a pair was refused');
      };
      for (let step = 1; step <= steps; step++) {
        await pLimit(parallel).map(Array.from({ length: inStep }), pair);
        resident.push(residentMbOf(service.pid));
        say(`${step * inStep} pairs, ${resident.at(-1)?.toFixed(0)} MB`);
      }
    } finally {
      await laptop.end();
    }
    const growth = slope(resident.slice(0, judged)) * (10_000 / inStep);
    const lastGrowth = slope(resident.slice(-judged)) * (10_000 / inStep);
    const isJudged = size !== 'quick' && !Number.isNaN(growth);
    return {
      columns: ['after pairs', 'resident MB'],
      rows: [
        ...resident.map((megabytes, step) => [String((step + 1) * inStep), Math.round(megabytes)]),
        [growthRow, growth],
        [lastGrowthRow, lastGrowth],
      ],
      broken:
        isJudged && growth > mostGrowthMb ? [`memory grows by ${growth.toFixed(1)} MB for 10000 pairs`] : [],
    };
  },
};

/** Least squares, per step. */
function slope(values: readonly number[]): number {
  const middle = (values.length - 1) / 2;
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const over = values.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0);
  return over / values.reduce((sum, _, index) => sum + (index - middle) ** 2, 0);
}
