import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, onTestFinished, test } from 'vitest';
import { startDatabase } from '../../local/database.ts';
import { credentials, region } from '../../local/names.ts';
import { startErrorText } from '../../local/start-error.ts';
import { ensureTable, itemsTableDefinition } from '../../local/tables.ts';

const now = itemsTableDefinition('items');

async function connect(path: string | undefined): Promise<DynamoDBClient> {
  const database = await startDatabase(path);
  const { transport } = database;
  const client = new DynamoDBClient({
    endpoint: 'http://127.0.0.1',
    region,
    credentials,
    requestHandler: transport,
  });
  onTestFinished(async () => {
    client.destroy();
    await database.close();
  });
  return client;
}

test('a table on disk can be used as soon as it is created', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'warden-tables-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const client = await connect(folder);
  for (let index = 0; index < 20; index++) {
    const TableName = `items-${index}`;
    await ensureTable(client, { ...now, TableName });
    const { Table } = await client.send(new DescribeTableCommand({ TableName }));
    expect(Table?.TableStatus).toBe('ACTIVE');
  }
});

test.each([
  [
    'without an index of the current version',
    {
      ...now,
      AttributeDefinitions: now.AttributeDefinitions?.filter(({ AttributeName }) =>
        now.KeySchema?.some((key) => key.AttributeName === AttributeName),
      ),
      GlobalSecondaryIndexes: undefined,
    },
    'index by-time',
  ],
  [
    'with an index that lacks an attribute of the current version',
    {
      ...now,
      GlobalSecondaryIndexes: now.GlobalSecondaryIndexes?.map((index) => ({
        ...index,
        Projection: {
          ...index.Projection,
          NonKeyAttributes: index.Projection?.NonKeyAttributes?.filter((name) => name !== 'since'),
        },
      })),
    },
    'since in its index by-time',
  ],
])('a folder whose table was made %s is refused in one line', async (_, earlier, missing) => {
  const client = await connect(undefined);
  await ensureTable(client, earlier);
  await ensureTable(client, earlier);
  const error = await ensureTable(client, now).catch((refused: unknown) => refused);
  expect(startErrorText(error, { data: '/tmp/old', host: '127.0.0.1', port: 8080 })).toBe(
    `the folder /tmp/old was made by an earlier version, whose records this version cannot read (the table items has no ${missing}); complete or export its items with that version, then choose a new folder with --data`,
  );
});
