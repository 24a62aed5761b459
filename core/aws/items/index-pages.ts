import {
  type AttributeValue,
  type DynamoDBClient,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
} from '@aws-sdk/client-dynamodb';
import { type Row, rowOf } from './by-time-query.ts';

/** The replies to a query of the index, page by page, read lazily. */
export async function* pagesOf(
  client: DynamoDBClient,
  query: QueryCommandInput,
): AsyncGenerator<QueryCommandOutput> {
  let start: Record<string, AttributeValue> | undefined;
  do {
    const reply = await client.send(new QueryCommand({ ...query, ExclusiveStartKey: start }));
    yield reply;
    start = reply.LastEvaluatedKey;
  } while (start);
}

/** The rows of all pages, read lazily. */
export async function* rowsOf(client: DynamoDBClient, query: QueryCommandInput): AsyncGenerator<Row> {
  for await (const { Items = [] } of pagesOf(client, query)) yield* Items.map(rowOf);
}

/** The number of rows, counted up to `most`. Reads no more than these. */
export async function countOf(
  client: DynamoDBClient,
  query: QueryCommandInput,
  most: number,
): Promise<number> {
  let count = 0;
  let start: Record<string, AttributeValue> | undefined;
  do {
    const page = { ...query, Select: 'COUNT' as const, Limit: most - count, ExclusiveStartKey: start };
    const reply = await client.send(new QueryCommand(page));
    count += reply.Count ?? 0;
    start = reply.LastEvaluatedKey;
  } while (start && count < most);
  return count;
}
