import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  paginateScan,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { itemsIndexName } from '../core/aws/items-index.ts';

interface Keys {
  /** Whether it is a whole record, and not one half made here when the process was killed again. */
  whole: boolean;
  pk: string;
  queue: string;
  due: string;
}

/**
 * Makes the index agree with the table again. dynalite writes a change's index rows before its item and not with
 * it, so a process that is killed between the two leaves rows of items that are not there, and items without a row,
 * which no list shows. Not needed on AWS. Returns how many rows were put right.
 */
export async function repairIndex(client: DynamoDBClient, table: string): Promise<number> {
  const items = new Map<string, Keys>();
  for (const item of await scan(client, table)) {
    if (item.whole) items.set(item.pk, item);
    else await remove(client, table, item.pk);
  }
  const rows = await scan(client, table, itemsIndexName);
  let repaired = 0;

  for (const row of rows) {
    const item = items.get(row.pk);
    if (item && same(item, row)) continue;
    // Removing a row takes a change of its item that leaves the row's keys.
    await setKeys(client, table, row);
    if (item) await setKeys(client, table, item);
    else await remove(client, table, row.pk);
    repaired++;
  }

  const inIndex = new Set(rows.map(({ pk, queue, due }) => JSON.stringify([pk, queue, due])));
  for (const item of items.values()) {
    if (inIndex.has(JSON.stringify([item.pk, item.queue, item.due]))) continue;
    // Any write of an item writes its row.
    await setKeys(client, table, item);
    repaired++;
  }
  return repaired;
}

function same(a: Keys, b: Keys): boolean {
  return a.queue === b.queue && a.due === b.due;
}

async function remove(client: DynamoDBClient, table: string, pk: string): Promise<void> {
  await client.send(new DeleteItemCommand({ TableName: table, Key: { pk: { S: pk } } }));
}

async function setKeys(client: DynamoDBClient, table: string, { pk, queue, due }: Keys): Promise<void> {
  await client.send(
    new UpdateItemCommand({
      TableName: table,
      Key: { pk: { S: pk } },
      UpdateExpression: 'SET #queue = :queue, #due = :due',
      ExpressionAttributeNames: { '#queue': 'queue', '#due': 'due' },
      ExpressionAttributeValues: { ':queue': { S: queue }, ':due': { S: due } },
    }),
  );
}

async function scan(client: DynamoDBClient, TableName: string, IndexName?: string): Promise<Keys[]> {
  const found: Keys[] = [];
  const names = { '#pk': 'pk', '#queue': 'queue', '#due': 'due', '#item': 'item' };
  const input = {
    TableName,
    ProjectionExpression: '#pk, #queue, #due, #item',
    ExpressionAttributeNames: names,
  };
  for await (const page of paginateScan({ client }, { ...input, ...(IndexName && { IndexName }) })) {
    for (const attributes of page.Items ?? []) found.push(keysOf(attributes));
  }
  return found;
}

function keysOf({ pk, queue, due, item }: Record<string, AttributeValue>): Keys {
  return { whole: item !== undefined, pk: String(pk?.S), queue: String(queue?.S), due: String(due?.S) };
}
