import { isDeepStrictEqual } from 'node:util';
import { day } from '../../test/support/day.ts';
import { broken, type Part } from '../harness/part.ts';

const seed = 4;
const timeouts = [1, 2, 3, 5, 8, 10, 15, 20, 30, 45];
const shares = { late: 0.001, lost: 0.0002, failed: 0.0005 };
const sizes = {
  quick: { items: 1_000, hours: 0.5 },
  usual: { items: 10_000, hours: 5 },
  full: { items: 50_000, hours: 24 },
};

/**
 * Normal use, with timers that come early, late, twice or not at all, SNS throttled, steps, heartbeats and failures.
 * Time is moved by hand. A missed item or a false alarm breaks a promise.
 */
export const dayPart: Part = {
  seconds: { quick: 30, usual: 90, full: 1_400 },
  async measure(size, say) {
    const { items, hours } = sizes[size];
    const seen = await day({ seed, timeouts, ...shares, items, hours }, say);
    const delay = (share: number) =>
      (seen.delays[Math.ceil(share * seen.delays.length) - 1] ?? Number.NaN) / 1_000;
    const notifications = [...seen.notifications.values()];
    const { read, ledger } = seen.statistics;
    return {
      columns: ['normal use', `${items} items in ${hours} h, ${timeouts.length} workflows`],
      rows: [
        ['missed', seen.missed.length],
        ['false', seen.wrong.length],
        ['requests', seen.actions],
        ['overdue', seen.overdue],
        ['failed', seen.failed],
        ['completed late before anybody noticed', seen.lateUnnoticed],
        ['calls to SNS throttled', seen.throttledCalls],
        ['timers that came twice', seen.repeatedTimers],
        ['timers that never came', seen.lostTimers],
        ['detection delay p50, s', delay(0.5)],
        ['p90, s', delay(0.9)],
        ['p99, s', delay(0.99)],
        ['longest, s', delay(1)],
        ['caught by the sweep', seen.caughtBySweep],
        ['incidents', seen.incidents],
        ['notifications', notifications.reduce((sum, count) => sum + count, 0)],
        ['of one workflow, at most', Math.max(0, ...notifications)],
      ],
      broken: [
        ...seen.missed.map((item) => `missed ${item}`),
        ...seen.wrong.map((item) => `false ${item}`),
        ...broken([
          !isDeepStrictEqual(read, ledger),
          'the statistics differ from what the replies add up to',
        ]),
      ].slice(0, 20),
    };
  },
};
