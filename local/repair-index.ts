import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  paginateScan,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { byTime, itemsKeys } from '../core/names/tables.ts';

/** Every complete record has it, and the index, too. */
const always: (typeof byTime.projected)[number] = 'attempt';

const scanned = [itemsKeys.partition, itemsKeys.sort, byTime.partition, byTime.sort, always];

interface Row {
  pk: string;
  item: string;
  /** The position of the item in the index. A receipt is not in the index. */
  place: { queue: string; time: string } | undefined;
  /** Whether the record is complete. An earlier repair that was killed may have written half of it. */
  whole: boolean;
}

/**
 * Repairs the index after an unclean stop. dynalite writes the index row of a change before the item, in two writes. A
 * process that is killed in between leaves rows without items, and items without rows, which no sweep finds. Not needed
 * on AWS. Returns the number of repaired rows.
 */
export async function repairIndex(client: DynamoDBClient, table: string): Promise<number> {
  const items = new Map<string, Row>();
  for await (const item of scan(client, table)) {
    if (item.whole) items.set(nameOf(item), item);
    else await remove(client, table, item);
  }
  let repaired = 0;
  const inIndex = new Set<string>();
  const stale: Row[] = [];
  for await (const row of scan(client, table, byTime.name)) {
    inIndex.add(rowOf(row));
    const item = items.get(nameOf(row));
    if (!item || rowOf(item) !== rowOf(row)) stale.push(row);
  }
  for (const row of stale) {
    const item = items.get(nameOf(row));
    // Changing the position of the item removes the row.
    await setPlace(client, table, row);
    if (item) await setPlace(client, table, item);
    else await remove(client, table, row);
    repaired++;
  }
  for (const item of items.values()) {
    if (item.place === undefined || inIndex.has(rowOf(item))) continue;
    // Any write to the item writes its row.
    await setPlace(client, table, item);
    repaired++;
  }
  return repaired;
}

function nameOf({ pk, item }: Row): string {
  return JSON.stringify([pk, item]);
}

function rowOf({ pk, item, place }: Row): string {
  return JSON.stringify([pk, item, place?.queue, place?.time]);
}

function keyOf({ pk, item }: Row): Record<string, AttributeValue> {
  return { [itemsKeys.partition]: { S: pk }, [itemsKeys.sort]: { S: item } };
}

async function remove(client: DynamoDBClient, table: string, row: Row): Promise<void> {
  await client.send(new DeleteItemCommand({ TableName: table, Key: keyOf(row) }));
}

async function setPlace(client: DynamoDBClient, table: string, row: Row): Promise<void> {
  const { place } = row;
  await client.send(
    new UpdateItemCommand({
      TableName: table,
      Key: keyOf(row),
      UpdateExpression: place ? 'SET #queue = :queue, #time = :time' : 'REMOVE #queue, #time',
      ExpressionAttributeNames: { '#queue': byTime.partition, '#time': byTime.sort },
      ...(place && {
        ExpressionAttributeValues: { ':queue': { S: place.queue }, ':time': { S: place.time } },
      }),
    }),
  );
}

/** All records of the table, or all rows of its index. */
async function* scan(client: DynamoDBClient, TableName: string, IndexName?: string): AsyncGenerator<Row> {
  const input = {
    TableName,
    ...(IndexName && { IndexName }),
    ProjectionExpression: scanned.map((name) => `#${name}`).join(', '),
    ExpressionAttributeNames: Object.fromEntries(scanned.map((name) => [`#${name}`, name])),
  };
  for await (const page of paginateScan({ client }, input)) {
    for (const attributes of page.Items ?? []) {
      const text = (name: string) => attributes[name]?.S;
      const [queue, time] = [text(byTime.partition), text(byTime.sort)];
      const place = queue && time ? { queue, time } : undefined;
      const [pk, item] = [text(itemsKeys.partition), text(itemsKeys.sort)];
      yield { pk: String(pk), item: String(item), place, whole: attributes[always] !== undefined };
    }
  }
}
