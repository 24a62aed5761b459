import pLimit from 'p-limit';
import type { ItemRecord } from '../records/item-record.ts';
import type { RedriveRecord } from '../records/redrive-record.ts';
import { isAbout } from './ended-items.ts';
import { mostTries } from './preconditions.ts';
import { type PageResult, type RedrivePageService, tally } from './redrive-page.ts';
import { reportOne } from './report.ts';

/** Items of a page that are worked on at once. */
const parallel = 16;

/**
 * Removes the items of one page for good, and counts them in their incident.
 *
 * @param repeated that the page was begun before: what is gone was removed then
 */
export async function discardPage(
  service: RedrivePageService,
  redrive: RedriveRecord,
  repeated: boolean,
): Promise<PageResult> {
  const result: PageResult = { resumed: 0, skipped: 0, errors: [] };
  const removed: ItemRecord[] = [];
  await pLimit(parallel).map([...redrive.page], async (item) => {
    try {
      const outcome = await discardOne(service, redrive, item);
      if (typeof outcome === 'object') removed.push(outcome);
      if (typeof outcome === 'object' || (outcome === 'gone' && repeated)) result.resumed++;
      else result.skipped++;
    } catch (error) {
      result.errors.push({ item, error: (error as Error).name });
    }
  });
  await tally(service, removed, 'discarded');
  return result;
}

async function discardOne(
  service: RedrivePageService,
  redrive: RedriveRecord,
  item: string,
): Promise<ItemRecord | 'gone' | 'other'> {
  const { items, timers } = service;
  let tried: ItemRecord | undefined;
  for (let tries = 0; tries < mostTries; tries++) {
    const record = await items.read(redrive.workflow, item);
    // Removed by the last try, whose reply was lost.
    if (record === undefined) return tried ?? 'gone';
    if (!isAbout(record, redrive)) return 'other';
    if (record.reportedAt === undefined) {
      await reportOne(service, record);
    } else if (await items.removeSeen(record)) {
      await timers.disarm(record.timer);
      return record;
    } else {
      tried = record;
    }
  }
  return 'other';
}
