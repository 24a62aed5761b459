/**
 * What happens after an outage in which 20,000 of 90,000 items go overdue? Starts the local service as a child,
 * registers the items by batch over HTTP, waits until all lost items are overdue, and resumes them at 500 a second,
 * with a pause and a kill -9 of the service. Prints the outcome of the items, the times, the rates as ratios to a floor
 * measured in the same run (bare PutItem calls; bare PublishBatch calls of ten messages to a topic with a queue), and
 * the service's peak resident memory. Exits with 1 if an item was lost, changed or not delivered, or if more than 1 %
 * were delivered twice.
 * Run: npm run bench:redrive                                  some minutes
 *      npm run bench:redrive -- --items 9000 --lost 2000 --rate 500
 */
import { parseArgs } from 'node:util';
import { Laptop } from '../test/e2e/support/laptop-without-vitest.ts';
import { redriveOutage } from '../test/e2e/support/redrive-outage.ts';
import { redriveFloor } from './redrive-floor.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { items: text, lost: text, rate: text } });
const items = Number(values.items ?? 90_000);
const lost = Number(values.lost ?? Math.ceil((items * 2) / 9));
const rate = Number(values.rate ?? 500);
const mostDoubled = 0.01;
const print = (line: string) => process.stdout.write(`${line}\n`);
const row = (what: string, value: string) => print(`${what.padEnd(52)}${value}`);
const seconds = (value: number) => `${value.toFixed(1)} s`;
const perSecond = (value: number, floor: number) =>
  `${value.toFixed(0)}/s, floor ${floor.toFixed(0)}/s, ratio ${(value / floor).toFixed(2)}`;

const laptop = new Laptop();
try {
  // Long enough for most items to be registered before the first are overdue, as in an outage.
  const lostAfter = Math.ceil(items / 1_500);
  const seen = await redriveOutage(laptop, { items, lost, rate, lostAfter, say: print });
  const floor = await redriveFloor(laptop.folder(), Math.min(items, 10_000));
  const registered = items / seen.seconds.register;
  print('');
  row(`registered ${items} items, 100 in a call`, seconds(seen.seconds.register));
  row('  items a second, to bare PutItem calls', perSecond(registered, floor.putsPerSecond));
  row('  HTTP calls a second', `${(registered / 100).toFixed(1)}/s`);
  row(`all ${lost} overdue and counted after`, seconds(seen.seconds.overdue));
  row('notifications that people got', String(seen.notifications));
  row(`resumed of ${lost}, asked for at ${rate}/s`, `${seen.resumed}, ${seen.resumedPerSecond.toFixed(0)}/s`);
  row('  to bare publishing', perSecond(seen.resumedPerSecond, floor.publishedPerSecond));
  row('  taken by the upstream', `${seen.taken}, ${seen.takenPerSecond.toFixed(0)}/s`);
  row("  the service's processor time for each", `${seen.processorMs?.toFixed(2) ?? '?'} ms`);
  row('delivered more than once', `${seen.doubled} (${((seen.doubled / lost) * 100).toFixed(2)} %)`);
  row('answers about its progress, all right', String(seen.readings));
  row('start after kill -9', seconds(seen.seconds.restart));
  row(`export of ${items} items`, seconds(seen.seconds.export));
  const [before, after] = seen.residentMb.map((megabytes) => `${megabytes?.toFixed(0) ?? '?'} MB`);
  row('resident memory at most', `${before} until the kill, ${after} after it`);

  const faults = [
    ...seen.progressFaults,
    ...seen.pauseFaults,
    ...seen.deliveryFaults,
    ...seen.itemFaults,
    ...(seen.planned === lost ? [] : [`the dry run counted ${seen.planned}`]),
    ...(seen.resumed === lost ? [] : [`${seen.resumed} were resumed`]),
    ...(seen.doubled <= lost * mostDoubled ? [] : [`${seen.doubled} were delivered more than once`]),
  ];
  if (seen.complaints !== '') print(`the service complained:\n${seen.complaints.slice(0, 2_000)}`);
  for (const fault of faults.slice(0, 20)) print(`FAULT: ${fault}`);
  if (faults.length > 0) {
    print(`${faults.length} faults`);
    process.exitCode = 1;
  }
} finally {
  await laptop.end();
}
