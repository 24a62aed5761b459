import {
  type AttributeValue,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import pLimit from 'p-limit';
import { partitionOf, tableShards } from '../../core/aws/items/keys.ts';
import { systemClock } from '../../core/clock.ts';
import { createLog } from '../../core/log.ts';
import { startEmbeddedAws } from '../../local/embedded-aws.ts';
import { itemsTable } from '../../local/names.ts';
import { median } from './rounds.ts';

/** Items in one call: as many as a page of an export has at most. */
const perCall = 200;
/** Writes at the same time, as in a batch. */
const parallel = 16;
const rounds = 3;

type Item = Record<string, AttributeValue>;

/**
 * Items a second that bare calls read from a data folder, for each of the walks the median of three rounds. A walk has
 * as many bare PutItem calls for each 200 items as there were changes.
 */
export async function exportFloors(
  data: string,
  { workflow, changesOfPage }: { workflow: string; changesOfPage: readonly number[] },
): Promise<number[]> {
  const { dynamodb, close } = await startEmbeddedAws({
    data,
    clock: systemClock,
    log: createLog(() => {}),
  });
  try {
    const walks = changesOfPage.map((changes) => ({ changes, perSecond: [] as number[] }));
    for (let round = 0; round < rounds; round++) {
      for (const { changes, perSecond } of walks) perSecond.push(await walk(dynamodb, workflow, changes));
    }
    return walks.map(({ perSecond }) => median(perSecond));
  } finally {
    await close();
  }
}

async function walk(client: DynamoDBClient, workflow: string, changesOfPage: number): Promise<number> {
  const started = performance.now();
  let items = 0;
  for await (const page of pagesOf(client, workflow)) {
    items += page.length;
    const written = page.slice(0, Math.round((changesOfPage * page.length) / perCall));
    await pLimit(parallel).map(written, (Item) =>
      client.send(new PutItemCommand({ TableName: itemsTable, Item })),
    );
  }
  return (items / (performance.now() - started)) * 1_000;
}

/** One Query of the table after another, like an export. */
async function* pagesOf(client: DynamoDBClient, workflow: string): AsyncGenerator<Item[]> {
  for (let shard = 0; shard < tableShards; shard++) {
    let start: Item | undefined;
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: itemsTable,
          ConsistentRead: true,
          KeyConditionExpression: 'pk = :of',
          ExpressionAttributeValues: { ':of': { S: partitionOf(workflow, shard) } },
          Limit: perCall,
          ExclusiveStartKey: start,
        }),
      );
      yield page.Items ?? [];
      start = page.LastEvaluatedKey;
    } while (start);
  }
}
