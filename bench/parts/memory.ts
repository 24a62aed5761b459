import { randomUUID } from 'node:crypto';
import pLimit from 'p-limit';
import { Laptop } from '../../test/e2e/support/laptop-without-vitest.ts';
import { data } from '../harness/events.ts';
import type { Part } from '../harness/part.ts';
import { residentMbOf } from '../harness/service-process.ts';
import { parallel } from '../harness/shadow.ts';
import { cellOf } from '../harness/targets.ts';

/** The service grows to its usual size first. */
const warmUp = 2;
const steps = 5;
/** In MB for 10,000 pairs: garbage that is not collected yet. Memory kept for each pair would add far more. */
const mostGrowthMb = 5;
const growthRow = 'growth for 10000 pairs after the first 20000, least squares';

/** Whether the local service's memory stays the same while items come and go over HTTP. */
export const memoryPart: Part = {
  seconds: { quick: 30, usual: 150, full: 150 },
  targets: [
    {
      name: 'growth of memory for 10,000 pairs, over the last 50,000 of 70,000',
      is: 'at most',
      bound: 1,
      unit: ' MB',
      figure: (part) =>
        Number.isNaN(cellOf(part, '70000', 'resident MB'))
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
      for (let step = 1; step <= warmUp + steps; step++) {
        await pLimit(parallel).map(Array.from({ length: inStep }), pair);
        resident.push(residentMbOf(service.pid));
        say(`${step * inStep} pairs, ${resident.at(-1)?.toFixed(0)} MB`);
      }
    } finally {
      await laptop.end();
    }
    // From the last reading of the warm-up on.
    const growth = slope(resident.slice(warmUp - 1)) * (10_000 / inStep);
    const isJudged = size !== 'quick' && !Number.isNaN(growth);
    return {
      columns: ['after pairs', 'resident MB'],
      rows: [
        ...resident.map((megabytes, step) => [String((step + 1) * inStep), Math.round(megabytes)]),
        [growthRow, growth],
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
