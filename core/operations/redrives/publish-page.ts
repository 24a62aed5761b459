import pLimit from 'p-limit';
import pRetry, { type Options as RetryOptions } from 'p-retry';
import type { Refusal } from '../../aws/topics/publish-batches.ts';
import { instant } from '../../contract/time.ts';
import { failedItem } from '../../model/item/failed.ts';
import type { ItemRecord } from '../../model/item/item-record.ts';
import { messageOf } from '../../model/redrive/redrive-message.ts';
import type { Ports } from '../../ports.ts';
import { reportOne } from '../incidents/report.ts';
import { type Outcome, type Page, type PageItem, type PageResult, resultOf } from './page.ts';

type Service = Pick<Ports, 'items' | 'incidents' | 'itemEvents' | 'redriveTopic' | 'clock' | 'publishRetry'>;

const defaultRetry: RetryOptions = { retries: 6, minTimeout: 100, maxTimeout: 3_000, randomize: true };
/** How many items are marked failed at the same time. */
const parallel = 16;

/**
 * Publishes items that a redrive has started, and retries messages that SNS rejects. If every call fails, the items
 * wait for the next run. If SNS accepts a call but rejects one entry, that item is marked failed: nobody will work on
 * it, so people are notified and a later redrive can resume it.
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
  const publishUnsent = async () => {
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
    const refusal = refusals.get(record);
    if (refusal === undefined) return { done: record.item };
    if (isCut || !refusal.isOfItem) return { retry: refusal.error };
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

/** Undefined if somebody has changed the item meanwhile: then this redrive leaves it alone. */
async function failUndelivered(service: Service, record: ItemRecord): Promise<undefined> {
  const at = instant(service.clock.now());
  const failure = { reason: 'the redrive could not deliver the item', type: 'redrive-not-delivered' };
  const failed = failedItem(record, failure, at);
  if (await service.items.replace(failed, record.revision)) {
    await reportOne(service, { ...failed, revision: record.revision + 1 });
  }
}
