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

/** The own place of an item that is being moved to a stale row: a repair that is killed leaves it there. */
const ownPlace = 'placeBeforeRepair';

const scanned = [itemsKeys.partition, itemsKeys.sort, byTime.partition, byTime.sort, always, ownPlace];

interface Row {
  pk: string;
  item: string;
  /** The position of the item in the index. A receipt is not in the index. */
  place: { queue: string; time: string } | undefined;
  /** Whether an earlier repair that was killed has left the item in another place. */
  isMoved: boolean;
  /** Whether the record is complete. An earlier repair that was killed may have written half of it. */
  whole: boolean;
}

/**
 * Repairs the index after an unclean stop. dynalite writes the index row of a change before the item, in two writes: a
 * process that was killed in between left rows without items, and items without rows, which no sweep finds. Both are one
 * write now (local/one-write.ts), so only data folders that an older version wrote can have such rows. Not needed on
 * AWS. Returns the number of repaired rows.
 */
export async function repairIndex(client: DynamoDBClient, table: string): Promise<number> {
  const items = new Map<string, Row>();
  for await (const item of scan(client, table)) {
    if (item.whole) items.set(nameOf(item), item);
    else await remove(client, table, item);
  }
  let repaired = 0;
  for (const item of items.values()) {
    if (!item.isMoved) continue;
    await setPlace(client, table, item);
    repaired++;
  }
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
    await moveTo(client, table, row, item);
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

/** Moves the item to the place of a stale row; without an item, makes one there. Its own place is kept beside it. */
async function moveTo(client: DynamoDBClient, table: string, row: Row, item: Row | undefined): Promise<void> {
  const { queue = '', time = '' } = item?.place ?? {};
  const own = item && { ':own': { M: { queue: { S: queue }, time: { S: time } } } };
  await update(client, table, row, `SET ${atPlace}${own ? ', #own = :own' : ''}`, {
    ...valuesOf(row),
    ...own,
  });
}

/** Returns the item to its own place. */
async function setPlace(client: DynamoDBClient, table: string, item: Row): Promise<void> {
  const expression = item.place ? `SET ${atPlace} REMOVE #own` : 'REMOVE #queue, #time, #own';
  await update(client, table, item, expression, valuesOf(item));
}

const atPlace = '#queue = :queue, #time = :time';

function valuesOf({ place }: Row): Record<string, AttributeValue> | undefined {
  return place && { ':queue': { S: place.queue }, ':time': { S: place.time } };
}

async function update(
  client: DynamoDBClient,
  TableName: string,
  row: Row,
  UpdateExpression: string,
  values: Record<string, AttributeValue> | undefined,
): Promise<void> {
  const names = { '#queue': byTime.partition, '#time': byTime.sort, '#own': ownPlace };
  await client.send(
    new UpdateItemCommand({
      TableName,
      Key: keyOf(row),
      UpdateExpression,
      // DynamoDB refuses a name that the expression does not have.
      ExpressionAttributeNames: Object.fromEntries(
        Object.entries(names).filter(([name]) => UpdateExpression.includes(name)),
      ),
      ...(values && { ExpressionAttributeValues: values }),
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
      const own = attributes[ownPlace]?.M;
      const [queue, time] = own ? [own.queue?.S, own.time?.S] : [text(byTime.partition), text(byTime.sort)];
      // A receipt has no place.
      const place = queue && time ? { queue, time } : undefined;
      const [pk, item] = [text(itemsKeys.partition), text(itemsKeys.sort)];
      const isMoved = own !== undefined;
      yield { pk: String(pk), item: String(item), place, isMoved, whole: attributes[always] !== undefined };
    }
  }
}
