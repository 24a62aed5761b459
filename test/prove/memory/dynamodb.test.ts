import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  PutItemCommand,
  paginateScan,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ensureTable } from '../../../local/tables.ts';
import {
  connectDynamodbLocal,
  type Engine,
  startMemoryEngine,
  tableDefinition,
} from './support/dynamodb-engines.ts';

/* What DynamoDB does where dynalite does something else: DynamoDB in memory, and DynamoDB Local where it is installed. */

const { dynamodbLocal } = inject('engines');
const engines: [string, () => Engine][] = [
  ['in memory', () => startMemoryEngine()],
  ...(dynamodbLocal === undefined
    ? []
    : [['Local', () => connectDynamodbLocal(dynamodbLocal)] as (typeof engines)[number]]),
];

const TableName = 'strict';
const index = { TableName, IndexName: 'by-time' };
const key = { pk: { S: 'p' }, sk: { S: 'a' } };

describe.each(engines)('DynamoDB %s', (_, start) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = start();
    await ensureTable(engine.client, tableDefinition(TableName));
  });
  afterAll(() => engine.close());

  const put = (sk: string, more: object = {}, condition: object = {}) =>
    engine.client.send(
      new PutItemCommand({ TableName, Item: { ...key, sk: { S: sk }, ...more }, ...condition }),
    );
  const query = (range: string, values: Record<string, string>, more: object = {}) =>
    engine.client.send(
      new QueryCommand({
        TableName,
        KeyConditionExpression: `pk = :p${range}`,
        ExpressionAttributeValues: Object.fromEntries(
          Object.entries({ ':p': 'p', ...values }).map(([name, S]) => [name, { S }]),
        ),
        ...more,
      }),
    );
  const refused = { name: 'ValidationException' };

  test('counts the write units of a table and its index, when they are asked for', async () => {
    const asked = { ReturnConsumedCapacity: 'TOTAL' as const };
    const units = async (
      sent: Promise<{ ConsumedCapacity?: { CapacityUnits?: number | undefined } | undefined }>,
    ) => (await sent).ConsumedCapacity?.CapacityUnits;
    const Key = { ...key, sk: { S: 'units' } };
    const update = (set: string, value: object) =>
      engine.client.send(
        new UpdateItemCommand({
          ...{ TableName, Key, ...asked },
          UpdateExpression: `SET ${set} = :value`,
          ExpressionAttributeValues: { ':value': value as never },
        }),
      );
    const remove = () => engine.client.send(new DeleteItemCommand({ TableName, Key, ...asked }));
    expect(await units(put('units', {}))).toBeUndefined();
    // Without the keys of the index; then it comes into the index, changes there, moves, and does not change.
    expect(await units(put('units', { note: { S: 'x'.repeat(3_000) } }, asked))).toBe(3);
    expect(await units(update('gh', { S: 'queue' }))).toBe(3);
    expect(await units(update('gs', { S: '1' }))).toBe(4);
    expect(await units(update('n', { N: '1' }))).toBe(4);
    expect(await units(update('gs', { S: '2' }))).toBe(5);
    expect(await units(update('note', { S: 'short' }))).toBe(3);
    expect(await units(update('note', { S: 'x'.repeat(1_500) }))).toBe(2);
    expect(await units(remove())).toBe(3);
    expect(await units(remove())).toBe(1);
  });

  test('refuses an order of values that have none', async () => {
    const condition = {
      ConditionExpression: 'n < :flag',
      ExpressionAttributeValues: { ':flag': { BOOL: true } },
    };
    await expect(put('a', {}, condition)).rejects.toMatchObject(refused);
  });

  test('refuses an empty text as a key in a condition', async () => {
    await expect(query(' AND sk > :empty', { ':empty': '' })).rejects.toMatchObject(refused);
  });

  test('refuses paths that the index does not project', async () => {
    const { client } = engine;
    await expect(client.send(new ScanCommand({ ...index, ProjectionExpression: 's' }))).rejects.toMatchObject(
      refused,
    );
    const filtered = new QueryCommand({
      ...index,
      KeyConditionExpression: 'gh = :g',
      FilterExpression: 'attribute_exists(s)',
      ExpressionAttributeValues: { ':g': { S: 'g' } },
    });
    await expect(client.send(filtered)).rejects.toMatchObject(refused);
  });

  test('refuses a sum of more than 38 digits', async () => {
    await put('sum', { n: { N: '12345678901234567890123456789012345678' } });
    const update = new UpdateItemCommand({
      TableName,
      Key: { ...key, sk: { S: 'sum' } },
      UpdateExpression: 'SET n = n + :little',
      ExpressionAttributeValues: { ':little': { N: '0.001' } },
    });
    await expect(engine.client.send(update)).rejects.toMatchObject(refused);
  });

  test('orders texts by their bytes, in keys and in conditions', async () => {
    for (const sk of ['order-\uffee', 'order-😀', 'order-a']) await put(sk, { s: { S: sk } });
    const { Items = [] } = await query(' AND begins_with(sk, :order)', { ':order': 'order-' });
    expect(Items.map(({ sk }) => sk?.S)).toEqual(['order-a', 'order-\uffee', 'order-😀']);
    const FilterExpression = 's > :bound';
    const later = await query('', { ':bound': 'order-\uffee' }, { FilterExpression });
    expect(later.Items?.map(({ sk }) => sk?.S)).toEqual(['order-😀']);
  });

  test('returns the item with a failed condition if asked', async () => {
    await put('old', { n: { N: '1' } });
    const condition = {
      ConditionExpression: 'attribute_not_exists(pk)',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    };
    await expect(put('old', {}, condition)).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      Item: { n: { N: '1' } },
    });
  });

  test('takes an item of 400 KB and refuses a larger one; ends a page at 1 MB', async () => {
    const text = 'ü'.repeat(200_000);
    for (const sk of ['large-1', 'large-2', 'large-3', 'large-4']) await put(sk, { s: { S: text } });
    await expect(put('large-5', { s: { S: `${text}${'ü'.repeat(5_000)}` } })).rejects.toMatchObject(refused);
    const page = await query(
      ' AND begins_with(sk, :large)',
      { ':large': 'large-' },
      { ConsistentRead: true },
    );
    expect(page.Items).toHaveLength(3);
    expect(page.LastEvaluatedKey).toEqual({ ...key, sk: { S: 'large-3' } });
  });

  test('divides a scan into segments that have every item once', async () => {
    const requests = Array.from({ length: 20 }, (__, at) => ({
      PutRequest: { Item: { pk: { S: `segment-${at}` }, sk: { S: 'a' } } },
    }));
    await engine.client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: requests } }));
    const found: unknown[] = [];
    for (const Segment of [0, 1, 2]) {
      const scan = { TableName, Segment, TotalSegments: 3, ProjectionExpression: 'pk' };
      for await (const { Items = [] } of paginateScan(engine, scan))
        found.push(...Items.map(({ pk }) => pk?.S));
    }
    const segments = found.filter((pk) => String(pk).startsWith('segment-'));
    expect(segments).toHaveLength(20);
    expect(new Set(segments).size).toBe(20);
  });
});
