import { beforeAll, describe, expect, inject, test } from 'vitest';
import { bucketOf } from '../../../../core/model/workflow/duration-histogram.ts';
import { countNames } from '../../../../core/model/workflow/statistics.ts';
import { flushStatisticsEveryMs } from '../../../../core/names/clockwork.ts';
import { percentileNames } from '../../../support/measured.ts';
import { type StatisticsDay, statisticsDay } from '../../../support/statistics-day.ts';

/* `npm run bench -- --only statistics` replays a whole day of 50,000 items. */
describe('statistics of an hour, with a load and with instances that are killed', () => {
  let day: StatisticsDay;
  beforeAll(async () => {
    day = await statisticsDay({
      seed: inject('draws').seed,
      load: { items: 600, hours: 6 / 3_600, timeouts: [0.25], late: 0.002, lost: 0, failed: 0 },
      rest: { items: 100, hours: 1, timeouts: [1, 30], late: 0.2, lost: 0.1, failed: 0.3 },
      instances: 2,
      killEvery: 200,
    });
  }, 60_000);

  test('contain everything that is counted, and instances were killed with counts that they had not written', () => {
    const rest = day.workflows.filter(({ isLoad }) => !isLoad);
    for (const name of countNames) {
      expect({ [name]: rest.some(({ heard }) => heard[name] > 0) }).toEqual({ [name]: true });
    }
    expect(day.killed.length).toBeGreaterThanOrEqual(5);
    expect(day.killed.some(({ unwritten }) => unwritten.length > 0)).toBe(true);
  });

  test('are what callers and subscribers heard, but for what killed instances had not written', () => {
    for (const { workflow, byHour, byDay, kept } of day.workflows) {
      for (const name of [...countNames, 'completed'] as const) {
        expect({ workflow, [name]: byHour[name] }).toEqual({ workflow, [name]: kept[name] });
      }
      expect(byDay).toEqual(byHour);
    }
  });

  test('an instance has never more to lose than what it counted in twelve seconds, or a thousand counts', () => {
    expect(day.unwritten.longestMs).toBeGreaterThan(0);
    expect(day.unwritten.longestMs).toBeLessThan(flushStatisticsEveryMs);
    expect(day.unwritten.most).toBeLessThanOrEqual(1_000);
    for (const { at, unwritten } of day.killed) {
      // Of its last invocation it had written nothing.
      const before = unwritten.filter((one) => one.at < at);
      expect((before.at(-1)?.at ?? 0) - (before[0]?.at ?? 0)).toBeLessThan(flushStatisticsEveryMs);
    }
  });

  test('have percentiles in the buckets of the exact ones', () => {
    for (const { workflow, byHour, kept } of day.workflows) {
      for (const name of percentileNames) {
        const bucket = bucketOf(byHour[name]);
        expect({ workflow, name, bucket }).toEqual({ workflow, name, bucket: bucketOf(kept[name]) });
      }
    }
  });

  test('cost an item under load far less than one that comes alone', () => {
    const ofAnItem = (isLoad: boolean) => {
      const chosen = day.workflows.filter((one) => one.isLoad === isLoad);
      const units = chosen.reduce((sum, one) => sum + one.units, 0);
      return units / chosen.reduce((sum, { items }) => sum + items, 0);
    };
    expect(ofAnItem(true)).toBeGreaterThan(0);
    expect(ofAnItem(true)).toBeLessThan(ofAnItem(false) / 10);
  });
});
