import pLimit from 'p-limit';
import pRetry, { type Options as RetryOptions } from 'p-retry';
import type { Refusal } from '../../aws/topics/publish-batches.ts';
import { instant } from '../../contract/time.ts';
import { failedItem, notDelivered } from '../../model/item/failed.ts';
import { type ItemRecord, isBreached, itemName } from '../../model/item/item-record.ts';
import { messageOf } from '../../model/redrive/redrive-message.ts';
import type { Ports } from '../../ports.ts';
import { reportOne } from '../incidents/report.ts';
import { type Outcome, type Page, type PageItem, type PageResult, resultOf } from './page.ts';

type Service = Pick<Ports, 'items' | 'incidents' | 'itemEvents' | 'redriveTopic' | 'clock' | 'publishRetry'>;

const defaultRetry: RetryOptions = { retries: 6, minTimeout: 100, maxTimeout: 3_000, randomize: true };
/** How many items are marked failed at the same time. */
const parallel = 16;
/** Keys of one call of BatchGetItem. */
const mostRead = 100;

/**
 * Publishes items that a redrive has started, and retries messages that SNS rejects. If every call fails, the items
 * wait for the next run. If SNS accepts a call but rejects one entry, that item is marked failed unless it is breached
 * already: nobody will work on it, so people are notified and a later redrive can resume it.
 */
export async function publishPage(
  service: Service,
  { redrive, until }: Page,
  started: readonly PageItem[],
): Promise<PageResult> {
  const { redriveTopic, clock, publishRetry = defaultRetry } = service;
  let unsent = started.map(({ record, data }) => ({ record, message: messageOf(redrive.id, record, data) }));
  let refusals = new Map<ItemRecord, Refusal>();
  // The time was up before all retries were made.
  let isCut = false;
  // Items that were completed, discarded or started again while SNS rejected their messages.
  const over = new Set<ItemRecord>();
  let isRetry = false;
  const publishUnsent = async () => {
    if (isRetry) {
      const left = await stillStarted(
        service.items,
        unsent.map(({ record }) => record),
      );
      for (const { record } of unsent) if (!left.has(record)) over.add(record);
      unsent = unsent.filter(({ record }) => left.has(record));
    }
    isRetry = true;
    const messages = unsent.map(({ message }) => message);
    const refused = await redriveTopic.publish(redrive.workflow, messages);
    refusals = new Map(
      [...refused].flatMap(([at, refusal]) => (unsent[at] ? [[unsent[at].record, refusal]] : [])),
    );
    unsent = unsent.filter((_, at) => refused.has(at));
    return unsent.length === 0;
  };
  await pRetry(
    async () => {
      if (!(await publishUnsent())) throw new Error('SNS rejected messages');
    },
    {
      ...publishRetry,
      shouldRetry: () => {
        isCut = clock.now() >= until;
        return !isCut;
      },
    },
  ).catch((error: unknown) => {
    // The unsent messages are handled item by item below.
    if (refusals.size === 0) throw error;
  });
  const outcomeOf = async (record: ItemRecord): Promise<Outcome<string>> => {
    if (over.has(record)) return 'skipped';
    const refusal = refusals.get(record);
    if (refusal === undefined) return { done: record.item };
    if (isCut || !refusal.isOfItem) return { retry: refusal.error };
    // An item that is breached already was reported, and a later redrive can resume it as it is.
    if (isBreached(record)) return { failed: refusal.error };
    const failing = await failUndelivered(service, record).catch((error: Error) => error);
    return failing ? { retry: failing } : { failed: refusal.error };
  };
  return resultOf(
    await pLimit(parallel).map(
      started,
      async ({ record }) => [record.item, await outcomeOf(record)] as const,
    ),
  );
}

/**
 * Which of the items are still in the attempt that the redrive started. Items that cannot be read are published (P1).
 */
async function stillStarted(items: Ports['items'], records: readonly ItemRecord[]): Promise<Set<ItemRecord>> {
  const left = new Set<ItemRecord>();
  for (let start = 0; start < records.length; start += mostRead) {
    const part = records.slice(start, start + mostRead);
    const found = await items.readManyOpen(part);
    for (const record of part) {
      const now = found.get(itemName(record));
      if (now instanceof Error || now?.attempt === record.attempt) left.add(record);
    }
  }
  return left;
}

/** Undefined if somebody has changed the item meanwhile: then this redrive leaves it alone. */
async function failUndelivered(service: Service, record: ItemRecord): Promise<undefined> {
  const at = instant(service.clock.now());
  const failed = failedItem(record, notDelivered, at);
  if (await service.items.replace(failed, record.revision)) {
    await reportOne(service, { ...failed, revision: record.revision + 1 });
  }
}
