import { DeleteItemCommand, type DynamoDBClient, paginateScan } from '@aws-sdk/client-dynamodb';
import { unlessConditionLost } from '../core/aws/lost-condition.ts';
import { expiryAttribute } from '../core/names/tables.ts';

/**
 * Deletes expired receipts, as DynamoDB's TTL does on AWS; embedded DynamoDB has none. A receipt that is replaced
 * meanwhile stays. Returns how many were deleted.
 *
 * @param now ms since the epoch
 */
export async function forgetReceipts(client: DynamoDBClient, table: string, now: number): Promise<number> {
  const expired = {
    ExpressionAttributeNames: { '#expiresAt': expiryAttribute },
    ExpressionAttributeValues: { ':now': { N: String(Math.floor(now / 1000)) } },
  };
  const pages = paginateScan(
    { client },
    {
      TableName: table,
      FilterExpression: '#expiresAt <= :now',
      ProjectionExpression: '#pk, #item',
      ...expired,
      ExpressionAttributeNames: { ...expired.ExpressionAttributeNames, '#pk': 'pk', '#item': 'item' },
    },
  );
  let forgotten = 0;
  for await (const { Items = [] } of pages) {
    for (const { pk, item } of Items) {
      if (!pk || !item) continue;
      const call = {
        TableName: table,
        Key: { pk, item },
        ConditionExpression: '#expiresAt <= :now',
        ...expired,
      };
      if (await unlessConditionLost(client.send(new DeleteItemCommand(call)))) forgotten++;
    }
  }
  return forgotten;
}
