import { type AttributeValue, BatchGetItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { systemClock } from '../core/clock.ts';
import { createLog } from '../core/log.ts';
import { queueOf, shards } from '../core/model/item/item-record.ts';
import { startEmbeddedAws } from '../local/embedded-aws.ts';
import { itemsTable } from '../local/names.ts';

/** Items of a call, as many as BatchGetItem takes. */
const perCall = 100;

/** Reads the waiting items of a workflow in a data folder with as little as can be: Query for the keys, BatchGetItem. */
export async function exportFloor(
  data: string,
  workflow: string,
): Promise<{ items: number; perSecond: number }> {
  const { dynamodb, close } = await startEmbeddedAws({
    data,
    clock: systemClock,
    log: createLog(() => {}),
  });
  try {
    const started = performance.now();
    let items = 0;
    for (let shard = 0; shard < shards; shard++) {
      let start: Record<string, AttributeValue> | undefined;
      do {
        const page = await dynamodb.send(
          new QueryCommand({
            TableName: itemsTable,
            IndexName: 'by-due',
            KeyConditionExpression: '#queue = :queue',
            ProjectionExpression: '#pk',
            ExpressionAttributeNames: { '#queue': 'queue', '#pk': 'pk' },
            ExpressionAttributeValues: { ':queue': { S: queueOf(workflow, 'waiting', shard) } },
            Limit: perCall,
            ExclusiveStartKey: start,
          }),
        );
        const Keys = (page.Items ?? []).flatMap(({ pk }) => (pk ? [{ pk }] : []));
        if (Keys.length > 0) {
          const reply = await dynamodb.send(
            new BatchGetItemCommand({ RequestItems: { [itemsTable]: { Keys, ConsistentRead: true } } }),
          );
          items += reply.Responses?.[itemsTable]?.length ?? 0;
        }
        start = page.LastEvaluatedKey;
      } while (start);
    }
    return { items, perSecond: (items / (performance.now() - started)) * 1_000 };
  } finally {
    await close();
  }
}
