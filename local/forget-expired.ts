import { DeleteItemCommand, type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { unlessConditionLost } from '../core/aws/lost-condition.ts';
import { expiryAttribute } from '../core/names/tables.ts';

export interface ExpiringTable {
  name: string;
  keys: { partition: string; sort: string };
}

/**
 * Deletes expired records of a table, receipts and statistics, as DynamoDB's TTL does on AWS; embedded DynamoDB has
 * none. A receipt that is replaced meanwhile stays. Returns how many were deleted.
 *
 * @param now ms since the epoch
 */
export async function forgetExpired(
  client: DynamoDBClient,
  { name, keys }: ExpiringTable,
  now: number,
): Promise<number> {
  const expired = {
    ExpressionAttributeNames: { '#expiresAt': expiryAttribute },
    ExpressionAttributeValues: { ':now': { N: String(Math.floor(now / 1000)) } },
  };
  const pages = paginateScan(
    { client },
    {
      TableName: name,
      FilterExpression: '#expiresAt <= :now',
      ProjectionExpression: '#partition, #sort',
      ...expired,
      ExpressionAttributeNames: {
        ...expired.ExpressionAttributeNames,
        '#partition': keys.partition,
        '#sort': keys.sort,
      },
    },
  );
  let forgotten = 0;
  for await (const { Items = [] } of pages) {
    for (const Key of Items) {
      const call = { TableName: name, Key, ConditionExpression: '#expiresAt <= :now', ...expired };
      if (await unlessConditionLost(client.send(new DeleteItemCommand(call)))) forgotten++;
    }
  }
  return forgotten;
}
