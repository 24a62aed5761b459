import pLimit from 'p-limit';
import { LeftOut } from '../../aws/batch-read.ts';
import type { ItemsTable } from '../../aws/items/table.ts';
import { notDelivered } from '../../model/item/failed.ts';
import { type ItemRecord, isBreached, itemName } from '../../model/item/item-record.ts';
import { loadData } from '../../model/item/stored-data.ts';
import { type Planned, plannedFor } from '../../model/redrive/planned-for.ts';
import type { RedriveRecord } from '../../model/redrive/redrive-record.ts';
import type { Ports } from '../../ports.ts';
import { contended } from '../../problem-error.ts';
import { reportOne } from '../incidents/report.ts';
import { mostTries } from '../items/preconditions.ts';
import { type Outcome, type Page, type PageItem, type PageResult, resultOf } from './page.ts';

type Service = Pick<Ports, 'items' | 'incidents' | 'itemEvents' | 'clock'>;

/** How many items are reported at the same time. */
const parallel = 16;
/** Items read at once with their data: DynamoDB returns at most 16 MB and 100 items. */
const mostRead = 100;

/** An item to be published, whose attempt is to be started first or was started already. */
type Loaded = PageItem & { planned: Extract<Planned, 'start' | 'publish'> };

/**
 * The items of a page that are to be resumed, with their data. `earlier` has the ids of the items that an unfinished run
 * of this page has resumed.
 */
export async function loadPage(
  service: Service,
  page: Page,
): Promise<PageResult<Loaded> & { earlier: string[] }> {
  const found = await readPage(service.items, page.redrive);
  const outcomes = await pLimit(parallel).map(page.redrive.page, async (item) => {
    const read = found.get(item);
    if (read instanceof LeftOut) return [item, { retry: read }] as const;
    if (read instanceof Error) return [item, { failed: read }] as const;
    return [item, await loaded(service, page, read).catch((retry: Error) => ({ retry }))] as const;
  });
  return {
    ...resultOf(
      outcomes.flatMap(([item, outcome]) => (outcome === 'resumed' ? [] : [[item, outcome] as const])),
    ),
    earlier: outcomes.flatMap(([item, outcome]) => (outcome === 'resumed' ? [item] : [])),
  };
}

/** The current items of a page; an error for each item that cannot be read. */
async function readPage(
  items: ItemsTable,
  { workflow, page }: RedriveRecord,
): Promise<Map<string, ItemRecord | Error>> {
  const found = new Map<string, ItemRecord | Error>();
  for (let start = 0; start < page.length; start += mostRead) {
    const keys = page.slice(start, start + mostRead).map((item) => ({ workflow, item }));
    const records = await items.readManyOpen(keys, { data: true });
    for (const { item } of keys) {
      const record = records.get(itemName({ workflow, item }));
      if (record) found.set(item, record);
    }
  }
  return found;
}

/** @param read undefined if the item is gone */
async function loaded(
  service: Service,
  { redrive, repeated }: Page,
  read: ItemRecord | undefined,
): Promise<Outcome<Loaded> | 'resumed'> {
  let record = read;
  for (let tries = 0; tries < mostTries; tries++) {
    if (record === undefined) return repeated ? 'resumed' : 'skipped';
    const planned = plannedFor(record, redrive, repeated);
    if (planned === 'skip') return 'skipped';
    if (planned === 'resumed') return planned;
    // Another attempt could be one too many.
    if (planned === 'rejected')
      return { failed: Object.assign(new Error(notDelivered.reason), { name: notDelivered.type }) };
    if (!isBreached(record) || record.reportedAt !== undefined) return withItsData(record, planned);
    // Report the breached item before anything is done with it, so that people are notified of it (P3).
    await reportOne(service, record);
    record = await service.items.readOpen(record.workflow, record.item);
  }
  throw contended(`item "${read?.item}"`);
}

function withItsData(record: ItemRecord, planned: Loaded['planned']): Outcome<Loaded> {
  try {
    const data = record.data === undefined ? undefined : loadData(record.data);
    return { done: { record, data, planned } };
  } catch (error) {
    return { failed: error as Error };
  }
}
