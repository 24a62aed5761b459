import type { Queues } from '../../aws/items/queues.ts';
import { instant } from '../../contract/time.ts';
import type { WardenOutage } from '../../model/warden/warden-state.ts';
import { Announcer } from '../incidents/announcer.ts';
import { checkItems } from './check-items.ts';

/** Items of a workflow that one sweep checks. The next sweep continues: these have moved then. */
const mostChecked = 5_000;
const perCheck = 100;

/**
 * Checks items that were not started in time and whose deadline has passed since: they are overdue too, and people are
 * notified of that. They need no timers, because people know of them. Returns the errors of the items that could not be
 * checked.
 *
 * @param until when to stop, in ms since the epoch
 */
export async function checkPastDeadline(
  service: Parameters<typeof checkItems>[0],
  queues: Queues,
  { outage, until }: { outage: WardenOutage | undefined; until: number },
): Promise<Error[]> {
  const { items, clock } = service;
  const errors: Error[] = [];
  const announcer = new Announcer(service);
  let page: { workflow: string; item: string; timers: [] }[] = [];
  let checked = 0;
  const check = async () => {
    if (page.length > 0)
      errors.push(...(await checkItems(service, page, { caughtBy: 'timer', outage }, announcer)).values());
    checked += page.length;
    page = [];
  };
  for await (const { workflow, item } of items.byTime.pastDeadline(queues, instant(clock.now()))) {
    if (page.push({ workflow, item, timers: [] }) === perCheck) await check();
    if (checked >= mostChecked || clock.now() >= until) break;
  }
  await check();
  await announcer.announceClaimed();
  return errors;
}
