import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { expect, onTestFinished, test } from 'vitest';
import { startDatabase } from '../../local/database.ts';
import { credentials, region } from '../../local/names.ts';
import { startErrorText } from '../../local/start-error.ts';
import { ensureTable, itemsTableDefinition } from '../../local/tables.ts';

test('a folder whose table was made without an index of now is refused in one line', async () => {
  const database = await startDatabase(undefined);
  const client = new DynamoDBClient({ endpoint: database.endpoint, region, credentials });
  onTestFinished(async () => {
    client.destroy();
    await database.close();
  });
  const now = itemsTableDefinition('items');
  const earlier = {
    ...now,
    AttributeDefinitions: now.AttributeDefinitions?.filter(
      ({ AttributeName }) => AttributeName !== 'registered',
    ),
    GlobalSecondaryIndexes: now.GlobalSecondaryIndexes?.slice(0, 1),
  };
  await ensureTable(client, earlier);
  await ensureTable(client, earlier);
  const error = await ensureTable(client, now).catch((refused: unknown) => refused);
  expect(startErrorText(error, { data: '/tmp/old', host: '127.0.0.1', port: 8080 })).toBe(
    'the folder /tmp/old was made by an earlier version that cannot be gone on with (the table items has no index by-registered); complete or read its items with that version, and choose a new folder with --data',
  );
});
