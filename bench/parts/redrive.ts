import { Laptop } from '../../test/e2e/support/laptop-without-vitest.ts';
import { redriveOutage } from '../../test/e2e/support/redrive-outage.ts';
import { broken, type Part } from '../harness/part.ts';
import { redriveFloor } from '../harness/redrive-floor.ts';
import { cellOf } from '../harness/targets.ts';

const rate = 500;
/** The progress is read once in a while, so the figure is not exact: 2 % less count as the rate. */
const readShare = 0.98;
const resumedRow = `resumed a second, ${rate} asked for`;
const mostDoubled = 0.01;
const megabytes = (value: number | undefined) => Math.round(value ?? Number.NaN);

/**
 * After an outage in which two of nine items went overdue, all of these are resumed over the local service, with a
 * pause and a kill -9.
 */
export const redrivePart: Part = {
  seconds: { quick: 90, usual: 280, full: 280 },
  targets: [
    {
      name: `items of 20,000 that a redrive resumes a second, ${rate} asked for`,
      is: 'at least',
      bound: rate * readShare,
      unit: '',
      figure: (part) => cellOf(part, resumedRow, '20000 of 90000 items'),
    },
  ],
  async measure(size, say) {
    const items = size === 'quick' ? 9_000 : 90_000;
    const lost = Math.ceil((items * 2) / 9);
    const laptop = new Laptop('sources');
    try {
      // Long enough for most items to be registered before the first are overdue, as in an outage.
      const lostAfter = Math.ceil(items / 1_500);
      const seen = await redriveOutage(laptop, { items, lost, rate, lostAfter, say });
      const floor = await redriveFloor(laptop.folder(), Math.min(items, 10_000));
      const registered = items / seen.seconds.register;
      const faults = [
        ...seen.progressFaults,
        ...seen.pauseFaults,
        ...seen.deliveryFaults,
        ...seen.itemFaults,
        ...broken(
          [seen.planned !== lost, `the dry run counted ${seen.planned} of ${lost}`],
          [seen.resumed !== lost, `${seen.resumed} of ${lost} were resumed`],
          [seen.doubled > lost * mostDoubled, `${seen.doubled} were delivered more than once`],
        ),
      ];
      return {
        columns: ['an outage', `${lost} of ${items} items`],
        rows: [
          ['registered a second, 100 in a call', Math.round(registered)],
          ['to bare PutItem calls', registered / floor.putsPerSecond],
          ['all overdue and counted after, s', seen.seconds.overdue],
          ['notifications that people got', seen.notifications],
          [resumedRow, Math.round(seen.resumedPerSecond)],
          ['to bare publishing', seen.resumedPerSecond / floor.publishedPerSecond],
          ['taken by the upstream a second', Math.round(seen.takenPerSecond)],
          ["the service's processor time for each, ms", seen.processorMs ?? Number.NaN],
          ['delivered more than once', seen.doubled],
          ['replies about the progress, all right', seen.readings],
          ['start after kill -9, s', seen.seconds.restart],
          [`export of ${items} items, s`, seen.seconds.export],
          ['resident memory at most until the kill, MB', megabytes(seen.residentMb[0])],
          ['resident memory at most after it, MB', megabytes(seen.residentMb[1])],
        ],
        broken: faults.slice(0, 20),
      };
    } finally {
      await laptop.end();
    }
  },
};
