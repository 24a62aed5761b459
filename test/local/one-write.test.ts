import { DynamoDBClient, PutItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { ClassicLevel } from 'classic-level';
import { expect, onTestFinished, test, vi } from 'vitest';
import { attributesOf, keyOf } from '../../core/aws/items/keys.ts';
import { byTime } from '../../core/names/tables.ts';
import { startDatabase } from '../../local/database.ts';
import * as names from '../../local/names.ts';
import { ensureTable, itemsTableDefinition } from '../../local/tables.ts';
import { itemRecord } from '../support/item-record.ts';
import { temporaryDirectory } from './deliveries/messaging.ts';

test('an item and its row of the index are one write, so that no kill leaves the one without the other', async () => {
  const database = await startDatabase(await temporaryDirectory());
  onTestFinished(() => database.close());
  const { region, credentials, itemsTable: TableName } = names;
  const transport = { endpoint: 'http://127.0.0.1', requestHandler: database.transport };
  const client = new DynamoDBClient({ ...transport, region, credentials });
  await ensureTable(client, itemsTableDefinition(TableName));
  const { prototype } = ClassicLevel as unknown as {
    prototype: Record<'_put' | '_del' | '_batch', (...given: unknown[]) => Promise<void>>;
  };
  const alone = [vi.spyOn(prototype, '_put'), vi.spyOn(prototype, '_del')];
  const together = vi.spyOn(prototype, '_batch');
  onTestFinished(() => {
    vi.restoreAllMocks();
  });
  const record = itemRecord({ item: 'a' });
  await client.send(new PutItemCommand({ TableName, Item: attributesOf(record) }));
  const move = {
    TableName,
    Key: keyOf(record),
    UpdateExpression: 'SET #queue = :moved',
    ExpressionAttributeNames: { '#queue': 'queue' },
    ExpressionAttributeValues: { ':moved': { S: 'moved' } },
  };
  await client.send(new UpdateItemCommand(move));
  // The row and the item; then the old row, the new row and the item.
  expect(together.mock.calls.map(([operations]) => (operations as unknown[]).length)).toEqual([2, 3]);
  for (const spy of alone) expect(spy).not.toHaveBeenCalled();

  const rowsOf = async (queue: string) => {
    const query = new QueryCommand({
      TableName,
      IndexName: byTime.name,
      KeyConditionExpression: '#queue = :queue',
      ExpressionAttributeNames: { '#queue': 'queue' },
      ExpressionAttributeValues: { ':queue': { S: queue } },
    });
    return (await client.send(query)).Count;
  };
  expect(await rowsOf('moved')).toBe(1);
  expect(await rowsOf(attributesOf(record).queue?.S ?? '')).toBe(0);
});
