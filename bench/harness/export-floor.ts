import {
  type AttributeValue,
  BatchGetItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import pLimit from 'p-limit';
import { defaultQueueShards, partitionOf, queueOf, tableShards } from '../../core/aws/items/keys.ts';
import { systemClock } from '../../core/clock.ts';
import { createLog } from '../../core/log.ts';
import { byTime } from '../../core/names/tables.ts';
import { startEmbeddedAws } from '../../local/embedded-aws.ts';
import { itemsTable } from '../../local/names.ts';

/** Items in one call: as many as a page of an export has at most. */
const perCall = 200;
/** Keys in one BatchGetItem call. */
const perBatch = 100;
/** Writes at the same time, as in a batch. */
const parallel = 16;

type Item = Record<string, AttributeValue>;
type Page = (client: DynamoDBClient, workflow: string) => AsyncGenerator<Item[]>;

/** One Query of the table after another, like an export. */
export async function* byTable(client: DynamoDBClient, workflow: string): AsyncGenerator<Item[]> {
  for (let shard = 0; shard < tableShards; shard++) {
    const of = { ':of': { S: partitionOf(workflow, shard) } };
    yield* queried(client, { ConsistentRead: true, KeyConditionExpression: 'pk = :of', values: of });
  }
}

/** Keys from the index, then BatchGetItem, like an export before docs/adr/0022. Only waiting items. */
export async function* byIndex(client: DynamoDBClient, workflow: string): AsyncGenerator<Item[]> {
  for (let shard = 0; shard < defaultQueueShards; shard++) {
    const of = { ':of': { S: queueOf(workflow, 'waiting', shard) } };
    const query = { IndexName: byTime.name, KeyConditionExpression: 'queue = :of', values: of };
    for await (const page of queried(client, query)) {
      for (let start = 0; start < page.length; start += perBatch) {
        const part = page.slice(start, start + perBatch);
        const Keys = part.flatMap(({ pk, item }) => (pk && item ? [{ pk, item }] : []));
        const reply = await client.send(
          new BatchGetItemCommand({ RequestItems: { [itemsTable]: { Keys, ConsistentRead: true } } }),
        );
        yield reply.Responses?.[itemsTable] ?? [];
      }
    }
  }
}

/**
 * Items a second that bare calls read from a data folder, with as many bare PutItem calls for each 200 items as there
 * were changes.
 */
export async function exportFloor(
  data: string,
  { workflow, pages, changesOfPage }: { workflow: string; pages: Page; changesOfPage: number },
): Promise<number> {
  const { dynamodb, close } = await startEmbeddedAws({
    data,
    clock: systemClock,
    log: createLog(() => {}),
  });
  try {
    const started = performance.now();
    let items = 0;
    for await (const page of pages(dynamodb, workflow)) {
      items += page.length;
      const written = page.slice(0, Math.round((changesOfPage * page.length) / perCall));
      await pLimit(parallel).map(written, (Item) =>
        dynamodb.send(new PutItemCommand({ TableName: itemsTable, Item })),
      );
    }
    return (items / (performance.now() - started)) * 1_000;
  } finally {
    await close();
  }
}

async function* queried(
  client: DynamoDBClient,
  {
    values,
    ...query
  }: { KeyConditionExpression: string; ConsistentRead?: boolean; IndexName?: string; values: Item },
): AsyncGenerator<Item[]> {
  let start: Item | undefined;
  do {
    const input = { ...query, TableName: itemsTable, ExpressionAttributeValues: values, Limit: perCall };
    const page = await client.send(new QueryCommand({ ...input, ExclusiveStartKey: start }));
    yield page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start);
}
