import pLimit from 'p-limit';
import { LeftOut } from '../../aws/batch-read.ts';
import type { ItemsTable } from '../../aws/items/table.ts';
import { notDelivered } from '../../model/item/failed.ts';
import { type ItemRecord, itemName } from '../../model/item/item-record.ts';
import { loadData } from '../../model/item/stored-data.ts';
import { isAbout } from '../../model/redrive/redrive-filter.ts';
import type { RedriveRecord } from '../../model/redrive/redrive-record.ts';
import type { Ports } from '../../ports.ts';
import { contended } from '../../problem-error.ts';
import { reportOne } from '../incidents/report.ts';
import { mostTries } from '../items/preconditions.ts';
import { type Outcome, type Page, type PageItem, type PageResult, resultOf } from './page.ts';
import { publishPage } from './publish-page.ts';
import { startAttempts } from './start-attempts.ts';

type Service = Pick<
  Ports,
  | 'items'
  | 'registry'
  | 'incidents'
  | 'statistics'
  | 'timers'
  | 'itemEvents'
  | 'redriveTopic'
  | 'clock'
  | 'leastTimeoutSeconds'
  | 'publishRetry'
  | 'areDeliveriesNoted'
>;

/** How many items are reported at the same time. */
const parallel = 16;
/** Items read at once with their data: DynamoDB returns at most 16 MB and 100 items. */
const mostRead = 100;

/**
 * Resumes the items of one page: each starts its next attempt and is published with its data.
 *
 * 1. Read the items. Skip an item that is no longer breached, unless this redrive has started its attempt: a crash
 *    may have come before it was published, so publish it again with the same id.
 * 2. Arm the timers and start the next attempts (`startAttempts`).
 * 3. Publish (`publishPage`).
 *
 * An item whose record or data cannot be read fails before anything is done, and stays unchanged.
 */
export async function resumePage(service: Service, page: Page): Promise<PageResult> {
  const { redrive, repeated } = page;
  const { gone, ...loaded } = await loadPage(service, page);
  const again = loaded.done.filter(({ record }) => record.state === 'waiting');
  const ended = loaded.done.filter(({ record }) => record.state !== 'waiting');
  const started = await startAttempts(service, redrive, ended);
  const { length } = started.done;
  if (length > 0)
    service.statistics.count(redrive.workflow, { counts: { started: length, resumed: length } });
  const byId = new Map([...again, ...started.done].map((one) => [one.record.item, one]));
  const inOrder = redrive.page.flatMap((item) => byId.get(item) ?? []);
  const published = await publishPage(service, page, inOrder);
  const stages = [loaded, started, published];
  return {
    done: [...(repeated ? gone : []), ...published.done],
    failed: new Map(stages.flatMap(({ failed }) => [...failed])),
    retry: new Map(stages.flatMap(({ retry }) => [...retry])),
    skipped: [...(repeated ? [] : gone), ...stages.flatMap(({ skipped }) => skipped)],
  };
}

/** The items of a page that are to be resumed, with their data, and the ids of items that are gone. */
async function loadPage(service: Service, page: Page): Promise<PageResult<PageItem> & { gone: string[] }> {
  const found = await readPage(service.items, page.redrive);
  const outcomes = await pLimit(parallel).map([...found], async ([item, read]) => {
    if (read instanceof LeftOut) return [item, { retry: read }] as const;
    if (read instanceof Error) return [item, { failed: read }] as const;
    // An unfinished run did everything for it but recorded nothing: another attempt could be one too many.
    if (page.repeated && read.redrive === page.redrive.id && read.failure?.type === notDelivered.type) {
      const failed = Object.assign(new Error(notDelivered.reason), { name: notDelivered.type });
      return [item, { failed }] as const;
    }
    const record = await reported(service, page, read).catch((error: Error) => error);
    if (record instanceof Error) return [item, { retry: record }] as const;
    return [item, record === undefined ? 'skipped' : withItsData(record)] as const;
  });
  return { ...resultOf(outcomes), gone: page.redrive.page.filter((item) => !found.has(item)) };
}

function withItsData(record: ItemRecord): Outcome<PageItem> {
  try {
    const data = record.data === undefined ? undefined : loadData(record.data);
    return { done: { record, data } };
  } catch (error) {
    return { failed: error as Error };
  }
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

/** The item if this redrive is to resume it, or to publish it again. */
async function reported(
  service: Service,
  { redrive, repeated }: Page,
  read: ItemRecord,
): Promise<ItemRecord | undefined> {
  let record: ItemRecord | undefined = read;
  for (let tries = 0; tries < mostTries; tries++) {
    if (record === undefined) return undefined;
    if (record.state === 'waiting') return record.redrive === redrive.id ? record : undefined;
    // An unfinished run started this attempt, perhaps without publishing it, and its deadline has passed since.
    const isAgain = repeated && record.redrive === redrive.id;
    if (!isAgain && !isAbout(record, redrive)) return undefined;
    if (record.reportedAt !== undefined) return record;
    // Report the breached item before it is replaced, so that people are notified of it (P3).
    await reportOne(service, record);
    record = await service.items.readOpen(read.workflow, read.item);
  }
  throw contended(`item "${read.item}"`);
}
