import {
  type AttributeValue,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import { ClassicLevel } from 'classic-level';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startDatabase } from '../../local/database.ts';
import * as names from '../../local/names.ts';
import { ensureTable, registryTableDefinition } from '../../local/tables.ts';
import { temporaryDirectory } from './deliveries/messaging.ts';

const TableName = 'registry';
/** More than are read from Level at once. */
const rows = 2_100;

async function connect(faults: Error[]): Promise<DynamoDBClient> {
  const database = await startDatabase(await temporaryDirectory(), (error) => faults.push(error));
  onTestFinished(() => database.close());
  const { region, credentials } = names;
  const transport = { endpoint: 'http://127.0.0.1', requestHandler: database.transport };
  const client = new DynamoDBClient({ ...transport, region, credentials, maxAttempts: 1 });
  await ensureTable(client, registryTableDefinition(TableName));
  return client;
}

const nameOf = (row: number) => String(row).padStart(4, '0');

/** A batch of rows of one partition. */
function puts(entries: readonly Record<string, AttributeValue>[]) {
  const requests = entries.map((entry) => ({ PutRequest: { Item: { kind: { S: 'k' }, ...entry } } }));
  return { RequestItems: { [TableName]: requests } };
}

/** @param more further attributes of each row */
async function write(client: DynamoDBClient, more: Record<string, AttributeValue> = {}): Promise<void> {
  for (let first = 0; first < rows; first += 25) {
    const entries = Array.from({ length: 25 }, (_, index) => ({
      name: { S: nameOf(first + index) },
      ...more,
    }));
    await client.send(new BatchWriteItemCommand(puts(entries)));
  }
}

function query(client: DynamoDBClient, options: object = {}) {
  return client.send(
    new QueryCommand({
      TableName,
      KeyConditionExpression: 'kind = :kind',
      ExpressionAttributeValues: { ':kind': { S: 'k' } },
      ...options,
    }),
  );
}

test('a range of more rows than are read at once has each row once, in both orders and up to a limit', async () => {
  const client = await connect([]);
  await write(client);
  const all = Array.from({ length: rows }, (_, row) => nameOf(row));
  const namesIn = async (options: object) => {
    const { Items = [] } = await query(client, options);
    return Items.map(({ name }) => name?.S);
  };
  expect(await namesIn({})).toEqual(all);
  expect(await namesIn({ ScanIndexForward: false })).toEqual(all.toReversed());
  expect(await namesIn({ Limit: 1_500 })).toEqual(all.slice(0, 1_500));
});

test('a range of more than 1 MB is continued after its last key, whatever is written in between', async () => {
  const client = await connect([]);
  const text = 'x'.repeat(1_000);
  await write(client, { text: { S: text } });
  const put = (name: string) => client.send(new BatchWriteItemCommand(puts([{ name: { S: name } }])));
  const remove = (name: string) =>
    client.send(new DeleteItemCommand({ TableName, Key: { kind: { S: 'k' }, name: { S: name } } }));
  const page = async (options: object) => {
    const { Items = [], LastEvaluatedKey: last } = await query(client, options);
    return { names: Items.map(({ name }) => name?.S ?? ''), last };
  };
  const first = await page({});
  const end = first.names.length;
  // DynamoDB ends a page after 1 MB.
  expect(end * text.length).toBeGreaterThan(900_000);
  expect(end).toBeLessThan(1_100);
  expect(first.last).toEqual({ kind: { S: 'k' }, name: { S: nameOf(end - 1) } });

  // Before and after the last key, and the last key itself.
  await put(`${nameOf(10)}a`);
  await put(`${nameOf(end + 10)}a`);
  await remove(nameOf(end - 1));
  await remove(nameOf(end + 1));
  const rest: string[] = [];
  for (let after = first.last; after; ) {
    const { names, last } = await page({ ExclusiveStartKey: after });
    rest.push(...names);
    after = last;
  }
  const expected = Array.from({ length: rows - end }, (_, row) => nameOf(end + row));
  expected.splice(11, 0, `${nameOf(end + 10)}a`);
  expected.splice(1, 1);
  expect(rest).toEqual(expected);

  const few = await page({ Limit: 3, ExclusiveStartKey: first.last });
  expect(few).toEqual({ names: expected.slice(0, 3), last: { kind: { S: 'k' }, name: { S: expected[2] } } });
  const back = await page({ Limit: 2, ExclusiveStartKey: few.last, ScanIndexForward: false });
  expect(back.names).toEqual([expected[1], expected[0]]);
});

test('a range that cannot be read is a 500 and a fault of the store, and is read after it', async () => {
  const faults: Error[] = [];
  const client = await connect(faults);
  const { prototype } = ClassicLevel as unknown as {
    prototype: { _iterator: (options: object) => { _nextv: () => unknown } };
  };
  const { _iterator } = prototype;
  const broken = vi.spyOn(prototype, '_iterator').mockImplementation(function (this: object, options) {
    const iterator = _iterator.call(this, options);
    iterator._nextv = () =>
      Promise.reject(Object.assign(new Error('bad block'), { code: 'LEVEL_CORRUPTION' }));
    return iterator;
  });
  onTestFinished(() => broken.mockRestore());
  await expect(query(client)).rejects.toMatchObject({
    name: 'InternalServerError',
    $metadata: { httpStatusCode: 500 },
  });
  expect(faults).toMatchObject([{ message: 'bad block' }]);
  broken.mockRestore();
  await vi.waitUntil(
    () =>
      query(client).then(
        () => true,
        () => false,
      ),
    { timeout: 5_000, interval: 100 },
  );
});
