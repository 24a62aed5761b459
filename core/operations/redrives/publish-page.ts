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
  /** How often and after which waits SNS is asked again to take messages. */
  publishRetry?: RetryOptions;
}

const defaultRetry: RetryOptions = { retries: 6, minTimeout: 100, maxTimeout: 3_000, randomize: true };
/** Items that are failed at once. */
const parallel = 16;

/**
 * Publishes items that a redrive has started, and asks SNS again for what it does not take. When it takes no call at all
 * they are left to the next run. What it refuses of a call that it takes is an error of that item, which fails: nobody
 * would work on it, and so people are told, and another redrive finds it.
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
  // There was no time to ask as often as that.
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
      if (!(await publishLeft())) throw new Error('SNS did not take all messages');
    },
    {
      ...publishRetry,
      shouldRetry: () => {
        isCut = clock.now() >= until;
        return !isCut;
      },
    },
  ).catch((error: unknown) => {
    // What is left is told of item by item.
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

/** Undefined when somebody has changed it meanwhile: then it is not for us any more. */
async function failUndelivered(service: PublishPageService, record: ItemRecord): Promise<undefined> {
  const at = instant(service.clock.now());
  const failure = { reason: 'its redrive could not deliver it', type: 'redrive-not-delivered' };
  const failed = failedItem(record, failure, at);
  if (await service.items.replace(failed, record.revision)) {
    await reportOne(service, { ...failed, revision: record.revision + 1 });
  }
}
