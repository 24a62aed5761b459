import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { queryObjects } from 'node:v8';
import { DynamoDBClient, PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import { AbstractValueIterator } from 'abstract-level';
import { expect, onTestFinished, test } from 'vitest';
import { attributesOf } from '../../core/aws/items/keys.ts';
import { byTime } from '../../core/names/tables.ts';
import { startDatabase } from '../../local/database.ts';
import * as names from '../../local/names.ts';
import { ensureTable, itemsTableDefinition } from '../../local/tables.ts';
import { itemRecord } from '../support/item-record.ts';

/** A client of a database with two items. */
async function connect(path: string | undefined): Promise<DynamoDBClient> {
  const { transport, close } = await startDatabase(path);
  const client = new DynamoDBClient({
    endpoint: 'http://127.0.0.1',
    requestHandler: transport,
    region: names.region,
    credentials: names.credentials,
  });
  onTestFinished(async () => {
    client.destroy();
    await close();
  });
  await ensureTable(client, itemsTableDefinition(names.itemsTable));
  for (const item of ['a', 'b']) {
    // In one queue, whatever their ids are.
    const Item = { ...attributesOf(itemRecord({ item })), queue: { S: 'queue' } };
    await client.send(new PutItemCommand({ TableName: names.itemsTable, Item }));
  }
  return client;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'warden-database-'));
  onTestFinished(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test.each(['in memory', 'on disk'])(
  'queries %s leave nothing behind, whether more follows or not',
  async (where) => {
    const client = await connect(where === 'on disk' ? folder() : undefined);
    const query = async (Limit: number) => {
      const input = {
        TableName: names.itemsTable,
        IndexName: byTime.name,
        KeyConditionExpression: '#queue = :queue',
      };
      const { Count } = await client.send(
        new QueryCommand({
          ...input,
          ExpressionAttributeNames: { '#queue': 'queue' },
          ExpressionAttributeValues: { ':queue': { S: 'queue' } },
          Limit,
        }),
      );
      return Count;
    };
    const before = queryObjects(AbstractValueIterator, { format: 'count' });
    for (let times = 0; times < 20; times++) {
      expect(await query(1)).toBe(1);
      expect(await query(5)).toBe(2);
    }
    // The last ones may not have been closed yet.
    expect(queryObjects(AbstractValueIterator, { format: 'count' }) - before).toBeLessThan(5);
  },
);
