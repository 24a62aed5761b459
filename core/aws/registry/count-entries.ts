import { type AttributeValue, QueryCommand } from '@aws-sdk/client-dynamodb';
import { conditionExpression } from '../expression.ts';
import type { Entries } from './entries.ts';

/** How many entries of a kind match the filter. Eventually consistent. */
export async function countEntries(
  entries: Entries,
  kind: string,
  { filter, values }: { filter: string; values: Record<string, unknown> },
): Promise<number> {
  const { ExpressionAttributeNames, ...condition } = conditionExpression(['#kind = :kind', filter], {
    ...values,
    kind,
  });
  let count = 0;
  let start: Record<string, AttributeValue> | undefined;
  do {
    const reply = await entries.client.send(
      new QueryCommand({
        TableName: entries.table,
        Select: 'COUNT',
        KeyConditionExpression: '#kind = :kind',
        FilterExpression: filter,
        ExpressionAttributeNames,
        ExpressionAttributeValues: condition.ExpressionAttributeValues,
        ExclusiveStartKey: start,
      }),
    );
    count += reply.Count ?? 0;
    start = reply.LastEvaluatedKey;
  } while (start);
  return count;
}
