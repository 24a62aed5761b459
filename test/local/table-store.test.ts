import {
  CreateTableCommand,
  DeleteTableCommand,
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from '@aws-sdk/client-dynamodb';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startDatabase } from '../../local/database.ts';
import * as names from '../../local/names.ts';
import { ensureTable, registryTableDefinition } from '../../local/tables.ts';
import { temporaryDirectory } from './deliveries/messaging.ts';

test('public report N: a full disk is a 500 and no end of the process, and writes are kept after it (P1)', async () => {
  const faults: Error[] = [];
  const path = await temporaryDirectory();
  const database = await startDatabase(path, (error) => faults.push(error));
  onTestFinished(() => database.close());
  const { region, credentials } = names;
  const transport = { endpoint: 'http://127.0.0.1', requestHandler: database.transport };
  const client = new DynamoDBClient({ ...transport, region, credentials, maxAttempts: 1 });
  const TableName = 'registry';
  await ensureTable(client, registryTableDefinition(TableName));
  const key = (name: string) => ({ kind: { S: 'k' }, name: { S: name } });
  const put = (name: string) => client.send(new PutItemCommand({ TableName, Item: key(name) }));
  await put('before');

  const full = () => Promise.reject(Object.assign(new Error('No space left'), { code: 'LEVEL_IO_ERROR' }));
  const { prototype } = (await import('classic-level')).ClassicLevel as unknown as {
    prototype: { _put: () => Promise<void>; _batch: () => Promise<void>; _open: () => Promise<void> };
  };
  const broken = [vi.spyOn(prototype, '_put').mockImplementation(full)];
  broken.push(vi.spyOn(prototype, '_batch').mockImplementation(full));
  broken.push(vi.spyOn(prototype, '_open').mockImplementation(full));
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
  await expect(put('a')).rejects.toMatchObject({ $metadata: { httpStatusCode: 500 } });
  // The store cannot be opened again as long as its disk is full.
  await expect(put('b')).rejects.toMatchObject({ name: 'InternalServerError' });
  expect(faults.length).toBeGreaterThan(0);

  for (const spy of broken) spy.mockRestore();
  await vi.waitUntil(
    () =>
      put('c').then(
        () => true,
        () => false,
      ),
    { timeout: 5_000, interval: 100 },
  );
  for (const [name, isThere] of [
    ['before', true],
    ['a', false],
    ['c', true],
  ] as const) {
    const { Item } = await client.send(new GetItemCommand({ TableName, Key: key(name) }));
    expect(Item !== undefined).toBe(isThere);
  }
});

test('a table that was deleted and created anew has its new keys', async () => {
  const database = await startDatabase(undefined);
  onTestFinished(() => database.close());
  const { region, credentials } = names;
  const transport = { endpoint: 'http://127.0.0.1', requestHandler: database.transport };
  const client = new DynamoDBClient({ ...transport, region, credentials, maxAttempts: 1 });
  const TableName = 'changing';
  const put = (key: string) => client.send(new PutItemCommand({ TableName, Item: { [key]: { S: 'a' } } }));
  for (const [key, other] of [
    ['first', 'second'],
    ['second', 'first'],
  ] as const) {
    await client.send(
      new CreateTableCommand({
        TableName,
        KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
        AttributeDefinitions: [{ AttributeName: key, AttributeType: 'S' }],
        BillingMode: 'PAY_PER_REQUEST',
      }),
    );
    const status = async () =>
      (await client.send(new DescribeTableCommand({ TableName }))).Table?.TableStatus === 'ACTIVE';
    await vi.waitUntil(status, { interval: 10 });
    await put(key);
    await expect(put(other)).rejects.toMatchObject({ name: 'ValidationException' });
    await client.send(new DeleteTableCommand({ TableName }));
    await expect(put(key)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    const isGone = () =>
      status().then(
        () => false,
        ({ name }) => name === 'ResourceNotFoundException',
      );
    await vi.waitUntil(isGone, { interval: 10 });
  }
});
