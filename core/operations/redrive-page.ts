import pLimit from 'p-limit';
import pRetry, { type Options as RetryOptions } from 'p-retry';
import type { ItemsTable } from '../aws/items-table.ts';
import type { OutcomeTally } from '../aws/outcome-tally.ts';
import type { RedriveTopic } from '../aws/redrive-topic.ts';
import { type ArmedTimer, sharingGroups, type Timers } from '../aws/timers.ts';
import { instant, timeoutMs } from '../contract/time.ts';
import { contended } from '../problem-error.ts';
import { type ItemRecord, primaryKey } from '../records/item-record.ts';
import type { RedriveRecord } from '../records/redrive-record.ts';
import { messageOf } from '../rules/redrive-message.ts';
import { isAbout } from './ended-items.ts';
import { mostTries } from './preconditions.ts';
import { type ReportService, reportOne } from './report.ts';

export interface RedrivePageService extends ReportService {
  timers: Timers;
  redriveTopic: RedriveTopic;
  outcomes: OutcomeTally;
  leastTimeoutSeconds: number;
  /** How often and after which waits SNS is asked again to take messages. */
  publishRetry?: RetryOptions;
}

/** What became of the items of a page. */
export interface PageResult {
  resumed: number;
  skipped: number;
  errors: { item: string; error: string }[];
}

/** Items of a page that are worked on at once. */
const parallel = 32;
/** Items that are read at once with their data: DynamoDB answers 16 MB, and 100 keys, at most. */
const mostRead = 100;
const defaultRetry: RetryOptions = { retries: 6, minTimeout: 100, maxTimeout: 3_000, randomize: true };

/**
 * Resumes the items of one page: each starts its next attempt, and its upstream gets it with its data.
 *
 * 1. Read them. One that is not overdue or failed any more is passed over, unless this redrive has started its attempt:
 *    a crash came before it was published, perhaps, so it is published again, with the same id.
 * 2. Arm the timers, one for all that are due in the same second.
 * 3. Start the next attempt, on condition that the item has not changed.
 * 4. Publish. What SNS does not take is tried again, and then is an error of its item: it is watched all the same, so
 *    people are told when its deadline passes.
 */
export async function resumePage(service: RedrivePageService, redrive: RedriveRecord): Promise<PageResult> {
  const { items, clock, timers } = service;
  const limit = pLimit(parallel);
  const errors = new Map<string, Error>();
  const fail = (item: string) => (error: Error) => {
    errors.set(item, error);
    return undefined;
  };

  const asRead = await readPage(items, redrive);
  const read = await limit.map([...redrive.page], (item) =>
    reported(service, redrive, item, asRead.get(item)).catch(fail(item)),
  );
  const found = read.filter((record) => record !== undefined);
  const planned = found
    .filter(({ state }) => state !== 'waiting')
    .map((record) => ({ record, deadline: nextDeadline(service, redrive, record, clock.now()) }));
  const armed = await armAll(service, redrive.workflow, planned, fail);
  const left: ItemRecord[] = [];
  const started = await limit.map(planned, async ({ record, deadline }) => {
    const timer = armed.get(record.item);
    if (timer === undefined) return undefined;
    const next = nextAttempt(record, redrive.id, instant(deadline), timer, instant(clock.now()));
    const isNext = await items.replace(next, record.revision).catch(fail(record.item));
    if (isNext === undefined) return undefined;
    // The reply may have been lost, and the client's own repeat refused.
    if (!isNext && !(await isStarted(service, redrive, record).catch(fail(record.item)))) return undefined;
    left.push(record);
    // One that has fired is gone already.
    if (Date.parse(record.timerAt) > clock.now()) await timers.disarm(record.timer);
    return next;
  });
  const resumed = [...found.filter(({ state }) => state === 'waiting'), ...started].filter(
    (record) => record !== undefined,
  );
  for (const [item, error] of await publish(service, redrive, resumed)) errors.set(item, error);
  await tally(service, left, 'redriven');
  const done = resumed.filter(({ item }) => !errors.has(item)).length;
  return {
    resumed: done,
    skipped: redrive.page.length - done - errors.size,
    errors: [...errors].map(([item, { name }]) => ({ item, error: name })),
  };
}

/** Counts items in their incidents, one write for each incident. */
export async function tally(
  { outcomes }: Pick<RedrivePageService, 'outcomes'>,
  left: readonly ItemRecord[],
  outcome: 'redriven' | 'discarded',
): Promise<void> {
  for (const [incident, records] of Map.groupBy(left, (record) => record.incident)) {
    const [first] = records;
    if (incident !== undefined && first) await outcomes.add(incident, first.item, outcome, records.length);
  }
}

/** The items of a page as they are now; an error for each that cannot be read. */
async function readPage(
  items: ItemsTable,
  { workflow, page }: RedriveRecord,
): Promise<Map<string, ItemRecord | Error>> {
  const found = new Map<string, ItemRecord | Error>();
  for (let start = 0; start < page.length; start += mostRead) {
    const keys = page.slice(start, start + mostRead).map((item) => ({ workflow, item }));
    const records = await items.readMany(keys, { data: true });
    for (const { item } of keys) {
      const record = records.get(primaryKey(workflow, item));
      if (record) found.set(item, record);
    }
  }
  return found;
}

/** The item, as it was read, if this redrive is to resume it, or to publish it again. */
async function reported(
  service: RedrivePageService,
  redrive: RedriveRecord,
  item: string,
  read: ItemRecord | Error | undefined,
): Promise<ItemRecord | undefined> {
  let record = read;
  for (let tries = 0; tries < mostTries; tries++) {
    if (record instanceof Error) throw record;
    if (record === undefined) return undefined;
    if (record.state === 'waiting') return record.redrive === redrive.id ? record : undefined;
    if (!isAbout(record, redrive)) return undefined;
    if (record.reportedAt !== undefined) return record;
    // Its end must not vanish before people were told of it (P3).
    await reportOne(service, record);
    record = await service.items.read(redrive.workflow, item);
  }
  throw contended(`item "${item}"`);
}

/** Whether this redrive has started the attempt after the one that was seen. */
async function isStarted(
  { items }: RedrivePageService,
  redrive: RedriveRecord,
  { workflow, item, attempt }: ItemRecord,
): Promise<boolean> {
  const record = await items.read(workflow, item);
  return record?.redrive === redrive.id && record.attempt === attempt + 1 && record.state === 'waiting';
}

/** In ms since the epoch. As long as the last attempt had, unless the redrive says how long. */
function nextDeadline(
  { leastTimeoutSeconds }: RedrivePageService,
  { timeout }: RedriveRecord,
  { deadline, deadlineSetAt, startedAt }: ItemRecord,
  now: number,
): number {
  const last = Date.parse(deadline) - Date.parse(deadlineSetAt ?? startedAt);
  const ms = timeout === undefined ? last : (timeoutMs(timeout) ?? last);
  return now + Math.max(ms, leastTimeoutSeconds * 1000);
}

async function armAll(
  { timers }: RedrivePageService,
  workflow: string,
  planned: readonly { record: ItemRecord; deadline: number }[],
  fail: (item: string) => (error: Error) => undefined,
): Promise<Map<string, ArmedTimer>> {
  const armed = new Map<string, ArmedTimer>();
  const bySecond = Map.groupBy(planned, ({ deadline }) => Math.ceil(deadline / 1000) * 1000);
  const groups = [...bySecond].flatMap(([at, sharing]) =>
    sharingGroups(sharing.map(({ record }) => record.item)).map((items) => ({ at, items })),
  );
  await pLimit(parallel).map(groups, async ({ at, items }) => {
    try {
      const timer = await timers.armShared(workflow, items, at);
      for (const item of items) armed.set(item, timer);
    } catch (error) {
      for (const item of items) fail(item)(error as Error);
    }
  });
  return armed;
}

/** The steps stay: they say from where to go on. */
function nextAttempt(
  record: ItemRecord,
  redrive: string,
  deadline: string,
  { timer, timerAt }: ArmedTimer,
  now: string,
): ItemRecord {
  const { overdueAt, caughtBy, failure, reportedAt, incident, neverStarted, warnedAt, startBy, ...kept } =
    record;
  return {
    ...kept,
    state: 'waiting',
    attempt: record.attempt + 1,
    redrive,
    deadline,
    deadlineSetAt: now,
    timer,
    timerAt,
    startedAt: now,
    updatedAt: now,
  };
}

/** Gives the errors of those that SNS did not take, however often it was asked, by item. */
async function publish(
  { redriveTopic, publishRetry = defaultRetry }: RedrivePageService,
  redrive: RedriveRecord,
  records: readonly ItemRecord[],
): Promise<Map<string, Error>> {
  let left = [...records];
  let refused = new Map<number, Error>();
  const publishLeft = async () => {
    const messages = left.map((record) => messageOf(redrive.id, record));
    refused = await redriveTopic.publish(redrive.workflow, messages);
    left = left.filter((_, index) => refused.has(index));
    refused = new Map([...refused.values()].entries());
    if (left.length > 0) throw new Error('SNS did not take all messages');
  };
  await pRetry(publishLeft, publishRetry).catch(() => {
    // What is left is told of item by item.
  });
  return new Map(
    left.flatMap(({ item }, index) => {
      const error = refused.get(index);
      return error ? [[item, error] as const] : [];
    }),
  );
}
