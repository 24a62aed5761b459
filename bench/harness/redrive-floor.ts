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
import { inTurns, middle } from './rounds.ts';

const parallel = 16;
const perCall = 10;
const rounds = 3;

/**
 * The bare SDK calls without which an outage and its redrive are impossible, on embedded AWS in a folder of its own: the
 * median of rounds with this many items each.
 */
export async function redriveFloor(folder: string, items: number) {
  const { dynamodb, sns, sqs, redriveTopicArn, close } = await startEmbeddedAws({
    data: folder,
    clock: systemClock,
    log: createLog(() => {}),
  });
  try {
    await ensureSubscription({ sns, sqs, topicArn: redriveTopicArn, queueName: 'floor' });
    // A put over an item of an earlier round would be another write than a registration.
    const put = (round: number, index: number) => {
      const record = itemRecord({ workflow: 'floor', item: `item-${round}-${index}` });
      const Item = attributesOf(record);
      return dynamodb.send(new PutItemCommand({ TableName: names.itemsTable, Item }));
    };
    const publish = (round: number, call: number) => {
      const PublishBatchRequestEntries = Array.from({ length: perCall }, (_, index) => ({
        Id: `${index}`,
        Message: JSON.stringify(itemRecord({ workflow: 'floor', item: `item-${round}-${call}${index}` })),
      }));
      return sns.send(new PublishBatchCommand({ TopicArn: redriveTopicArn, PublishBatchRequestEntries }));
    };
    const calls = Math.ceil(items / perCall);
    const samples = await inTurns(
      [
        {
          name: 'puts',
          operations: items,
          prepare: async (round) => () => many(items, (index) => put(round, index)),
        },
        {
          name: 'publishing',
          operations: calls * perCall,
          prepare: async (round) => () => many(calls, (call) => publish(round, call)),
        },
      ],
      rounds,
    );
    const perSecond = (name: string) => 1_000 / middle(samples.get(name)).wall;
    return { putsPerSecond: perSecond('puts'), publishedPerSecond: perSecond('publishing') };
  } finally {
    await close();
  }
}

function many(count: number, work: (index: number) => Promise<unknown>): Promise<unknown> {
  return pLimit(parallel).map([...Array(count).keys()], work);
}
