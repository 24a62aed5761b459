import pLimit from 'p-limit';
import pRetry, { type Options as RetryOptions } from 'p-retry';
import type { RedriveTopic } from '../../aws/topics/redrive-topic.ts';
import { instant } from '../../contract/time.ts';
import { failedItem } from '../../model/item/failed.ts';
import type { ItemRecord } from '../../model/item/item-record.ts';
import { messageOf } from '../../model/redrive/redrive-message.ts';
import { type ReportService, reportOne } from '../incidents/report.ts';
import type { Page, PageItem, PageResult } from './page.ts';

export interface PublishPageService extends ReportService {
  redriveTopic: RedriveTopic;
  /** How often and at which intervals publishing is retried. */
  publishRetry?: RetryOptions;
}

const defaultRetry: RetryOptions = { retries: 6, minTimeout: 100, maxTimeout: 3_000, randomize: true };
/** How many items are marked failed at the same time. */
const parallel = 16;

/**
 * Publishes items that a redrive has started, and retries messages that SNS rejects. If every call fails, the items
 * wait for the next run. If SNS accepts a call but rejects one entry, that item is marked failed: nobody will work on
 * it, so people are notified and a later redrive can resume it.
 */
export async function publishPage(
  service: PublishPageService,
  { redrive, until }: Page,
  resumed: readonly PageItem[],
  result: PageResult,
): Promise<void> {
  const { redriveTopic, clock, publishRetry = defaultRetry } = service;
  let left = resumed.map(({ record, data }) => ({ record, message: messageOf(redrive.id, record, data) }));
  let refusals = new Map<ItemRecord, { error: Error; isOfItem: boolean }>();
  // The time was up before all retries were made.
  let isCut = false;
  const publishLeft = async () => {
    const messages = left.map(({ message }) => message);
    const refused = await redriveTopic.publish(redrive.workflow, messages);
    refusals = new Map(
      [...refused].flatMap(([at, refusal]) => (left[at] ? [[left[at].record, refusal]] : [])),
    );
    left = left.filter((_, at) => refused.has(at));
    return left.length === 0;
  };
  await pRetry(
    async () => {
      if (!(await publishLeft())) throw new Error('SNS rejected messages');
    },
    {
      ...publishRetry,
      shouldRetry: () => {
        isCut = clock.now() >= until;
        return !isCut;
      },
    },
  ).catch((error: unknown) => {
    // The remaining messages are handled item by item below.
    if (refusals.size === 0) throw error;
  });
  await pLimit(parallel).map(resumed, async ({ record }) => {
    const refusal = refusals.get(record);
    if (refusal === undefined) result.resumed.add(record.item);
    else if (isCut || !refusal.isOfItem) result.left.set(record.item, refusal.error);
    else {
      const failing = await failUndelivered(service, record).catch((error: Error) => error);
      if (failing) result.left.set(record.item, failing);
      else result.failed.set(record.item, refusal.error);
    }
  });
}

/** Undefined if somebody has changed the item meanwhile: then this redrive leaves it alone. */
async function failUndelivered(service: PublishPageService, record: ItemRecord): Promise<undefined> {
  const at = instant(service.clock.now());
  const failure = { reason: 'the redrive could not deliver the item', type: 'redrive-not-delivered' };
  const failed = failedItem(record, failure, at);
  if (await service.items.replace(failed, record.revision)) {
    await reportOne(service, { ...failed, revision: record.revision + 1 });
  }
}
