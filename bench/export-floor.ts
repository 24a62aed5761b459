import { type AttributeValue, QueryCommand } from '@aws-sdk/client-dynamodb';
import { partitionOf, tableShards } from '../core/aws/items/keys.ts';
import { systemClock } from '../core/clock.ts';
import { createLog } from '../core/log.ts';
import { startEmbeddedAws } from '../local/embedded-aws.ts';
import { itemsTable } from '../local/names.ts';

/** Items of a call, as many as a page of an export has at most. */
const perCall = 200;

/** Reads the items of a workflow in a data folder with as little as can be: one Query after another. */
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
    for (let shard = 0; shard < tableShards; shard++) {
      let start: Record<string, AttributeValue> | undefined;
      do {
        const page = await dynamodb.send(
          new QueryCommand({
            TableName: itemsTable,
            KeyConditionExpression: '#pk = :pk',
            ExpressionAttributeNames: { '#pk': 'pk' },
            ExpressionAttributeValues: { ':pk': { S: partitionOf(workflow, shard) } },
            ConsistentRead: true,
            Limit: perCall,
            ExclusiveStartKey: start,
          }),
        );
        items += page.Items?.length ?? 0;
        start = page.LastEvaluatedKey;
      } while (start);
    }
    return { items, perSecond: (items / (performance.now() - started)) * 1_000 };
  } finally {
    await close();
  }
}
