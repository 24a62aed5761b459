import { BatchWriteItemCommand, DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
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

async function write(client: DynamoDBClient): Promise<void> {
  for (let first = 0; first < rows; first += 25) {
    const requests = Array.from({ length: 25 }, (_, index) => ({
      PutRequest: { Item: { kind: { S: 'k' }, name: { S: nameOf(first + index) } } },
    }));
    await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
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
