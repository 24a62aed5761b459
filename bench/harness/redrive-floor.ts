import { PutItemCommand } from '@aws-sdk/client-dynamodb';
import { PublishBatchCommand } from '@aws-sdk/client-sns';
import pLimit from 'p-limit';
import { attributesOf } from '../../core/aws/items/keys.ts';
import { systemClock } from '../../core/clock.ts';
import { createLog } from '../../core/log.ts';
import { ensureSubscription } from '../../local/deliveries/delivery-queue.ts';
import { startEmbeddedAws } from '../../local/embedded-aws.ts';
import * as names from '../../local/names.ts';
import { itemRecord } from '../../test/support/item-record.ts';

const parallel = 16;
const perCall = 10;

/**
 * The bare SDK calls without which an outage and its redrive are impossible, on embedded AWS in a folder of its own.
 */
export async function redriveFloor(folder: string, items: number) {
  const { dynamodb, sns, sqs, redriveTopicArn, close } = await startEmbeddedAws({
    data: folder,
    clock: systemClock,
    log: createLog(() => {}),
  });
  try {
    const all = Array.from({ length: items }, (_, index) => `item-${index}`);
    const putsPerSecond = await timed(all, (item) => {
      const record = itemRecord({ workflow: 'floor', item });
      const Item = attributesOf(record);
      return dynamodb.send(new PutItemCommand({ TableName: names.itemsTable, Item }));
    });
    await ensureSubscription({ sns, sqs, topicArn: redriveTopicArn, queueName: 'floor' });
    const messages = all.slice(0, Math.ceil(items / perCall));
    const calls = await timed(messages, (item) => {
      const PublishBatchRequestEntries = Array.from({ length: perCall }, (_, index) => ({
        Id: `${index}`,
        Message: JSON.stringify(itemRecord({ workflow: 'floor', item: `${item}${index}` })),
      }));
      return sns.send(new PublishBatchCommand({ TopicArn: redriveTopicArn, PublishBatchRequestEntries }));
    });
    return { putsPerSecond, publishedPerSecond: calls * perCall };
  } finally {
    await close();
  }
}

async function timed(all: readonly string[], work: (item: string) => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await pLimit(parallel).map([...all], work);
  return (all.length / (performance.now() - started)) * 1_000;
}
