import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  paginateScan,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { itemsIndexes } from '../core/aws/items/index.ts';

interface Keys {
  /** Whether it is a whole record, and not one half made here when the process was killed again. */
  whole: boolean;
  pk: string;
  queue: string;
  /** By their names; of an index's row only its own. */
  sort: Partial<Record<SortKey, string>>;
}

type SortKey = (typeof itemsIndexes)[keyof typeof itemsIndexes];
const sortKeys = Object.values(itemsIndexes);

/**
 * Makes the indexes agree with the table again. dynalite writes a change's index rows before its item and not with
 * it, so a process that is killed between the two leaves rows of items that are not there, and items without a row,
 * which no list shows. Not needed on AWS. Returns how many rows were put right.
 */
export async function repairIndex(client: DynamoDBClient, table: string): Promise<number> {
  const items = new Map<string, Keys>();
  for (const item of await scan(client, table)) {
    if (item.whole) items.set(item.pk, item);
    else await remove(client, table, item.pk);
  }
  let repaired = 0;
  for (const [index, sortKey] of Object.entries(itemsIndexes)) {
    const rows = await scan(client, table, { index, sortKey });
    for (const row of rows) {
      const item = items.get(row.pk);
      if (item && same(item, row, sortKey)) continue;
      // Removing a row takes a change of its item that leaves the row's keys.
      await setKeys(client, table, row);
      if (item) await setKeys(client, table, item);
      else await remove(client, table, row.pk);
      repaired++;
    }

    const inIndex = new Set(rows.map((row) => rowKey(row, sortKey)));
    for (const item of items.values()) {
      if (inIndex.has(rowKey(item, sortKey))) continue;
      // Any write of an item writes its row.
      await setKeys(client, table, item);
      repaired++;
    }
  }
  return repaired;
}

function same(a: Keys, b: Keys, sortKey: SortKey): boolean {
  return a.queue === b.queue && a.sort[sortKey] === b.sort[sortKey];
}

function rowKey({ pk, queue, sort }: Keys, sortKey: SortKey): string {
  return JSON.stringify([pk, queue, sort[sortKey]]);
}

async function remove(client: DynamoDBClient, table: string, pk: string): Promise<void> {
  await client.send(new DeleteItemCommand({ TableName: table, Key: { pk: { S: pk } } }));
}

async function setKeys(client: DynamoDBClient, table: string, { pk, queue, sort }: Keys): Promise<void> {
  const has = sortKeys.filter((name) => sort[name] !== undefined);
  await client.send(
    new UpdateItemCommand({
      TableName: table,
      Key: { pk: { S: pk } },
      UpdateExpression: `SET #queue = :queue${has.map((name) => `, #${name} = :${name}`).join('')}`,
      ExpressionAttributeNames: {
        '#queue': 'queue',
        ...Object.fromEntries(has.map((name) => [`#${name}`, name])),
      },
      ExpressionAttributeValues: {
        ':queue': { S: queue },
        ...Object.fromEntries(has.map((name) => [`:${name}`, { S: String(sort[name]) }])),
      },
    }),
  );
}

/** All of the table, or of one of its indexes, which knows its own sort key only. */
async function scan(
  client: DynamoDBClient,
  TableName: string,
  of?: { index: string; sortKey: SortKey },
): Promise<Keys[]> {
  const found: Keys[] = [];
  const names = ['pk', 'queue', 'item', ...(of ? [of.sortKey] : sortKeys)];
  const input = {
    TableName,
    ProjectionExpression: names.map((name) => `#${name}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
  };
  for await (const page of paginateScan({ client }, { ...input, ...(of && { IndexName: of.index }) })) {
    for (const attributes of page.Items ?? []) found.push(keysOf(attributes));
  }
  return found;
}

function keysOf(attributes: Record<string, AttributeValue>): Keys {
  const { pk, queue, item } = attributes;
  const sort = sortKeys.flatMap((name) => {
    const value = attributes[name]?.S;
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    whole: item !== undefined,
    pk: String(pk?.S),
    queue: String(queue?.S),
    sort: Object.fromEntries(sort),
  };
}
