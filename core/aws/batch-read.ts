import { setTimeout } from 'node:timers/promises';
import {
  type AttributeValue,
  BatchGetItemCommand,
  type BatchGetItemCommandOutput,
  type DynamoDBClient,
  type KeysAndAttributes,
} from '@aws-sdk/client-dynamodb';

type Attributes = Record<string, AttributeValue>;

/** How often a batch read retries the items that DynamoDB left out. */
const mostRounds = 6;

/** The error of an item that DynamoDB left out of every try: whether it exists is unknown. */
export class LeftOut extends Error {
  override name = 'LeftOut';

  constructor() {
    super('DynamoDB left the item out of every round of a batch read');
  }
}

/**
 * Reads up to 100 items of a table consistently, and retries the items that DynamoDB leaves out, beyond 16 MB or
 * under load. `left` has the items that were left out every time.
 */
export async function readBatch(
  client: DynamoDBClient,
  table: string,
  wanted: Attributes[],
  projection: Pick<KeysAndAttributes, 'ProjectionExpression' | 'ExpressionAttributeNames'>,
): Promise<{ found: Attributes[]; left: Attributes[] }> {
  const found: Attributes[] = [];
  let left = wanted;
  for (let round = 0; left.length > 0 && round < mostRounds; round++) {
    // The items left out may have been throttled: an immediate retry would be throttled again.
    if (round > 0) await setTimeout(Math.min(1_000, 25 * 2 ** round));
    const reply: BatchGetItemCommandOutput = await client.send(
      new BatchGetItemCommand({
        RequestItems: { [table]: { Keys: left, ConsistentRead: true, ...projection } },
      }),
    );
    found.push(...(reply.Responses?.[table] ?? []));
    left = reply.UnprocessedKeys?.[table]?.Keys ?? [];
  }
  return { found, left };
}
