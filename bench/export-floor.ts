import { type AttributeValue, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import pLimit from 'p-limit';
import { partitionOf, tableShards } from '../core/aws/items/keys.ts';
import { systemClock } from '../core/clock.ts';
import { createLog } from '../core/log.ts';
import { startEmbeddedAws } from '../local/embedded-aws.ts';
import { itemsTable } from '../local/names.ts';

/** Items of a call, as many as a page of an export has at most. */
const perCall = 200;
/** Writes at once, as in a batch. */
const parallel = 16;

/**
 * Reads the items of a workflow in a data folder with as little as can be: one Query after another, and as many PutItem calls
 * between two of them as there were changes.
 */
export async function exportFloor(
  data: string,
  workflow: string,
  changesOfPage: number,
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
        const written = (page.Items ?? []).slice(0, changesOfPage);
        await pLimit(parallel).map(written, (Item) =>
          dynamodb.send(new PutItemCommand({ TableName: itemsTable, Item })),
        );
        start = page.LastEvaluatedKey;
      } while (start);
    }
    return { items, perSecond: (items / (performance.now() - started)) * 1_000 };
  } finally {
    await close();
  }
}
