import { DeleteTableCommand, paginateScan } from '@aws-sdk/client-dynamodb';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { ensureTable } from '../../../local/tables.ts';
import {
  connectDynamodbLocal,
  type Engine,
  startDynaliteEngine,
  startMemoryEngine,
  tableDefinition,
} from './support/dynamodb-engines.ts';
import { type RandomCall, randomCalls } from './support/random-calls.ts';

/* The same random calls to DynamoDB in memory and to another engine: same replies, same errors, same contents. */

const { dynamodbLocal } = inject('engines');
const engines: [string, number, () => Promise<Engine>][] = [
  ['dynalite', 60, startDynaliteEngine],
  ...(dynamodbLocal === undefined
    ? []
    : [['DynamoDB Local', 25, async () => connectDynamodbLocal(dynamodbLocal)] as (typeof engines)[number]]),
];

describe.each(engines)('DynamoDB in memory is equal to %s', (engine, numRuns, start) => {
  const isLocal = engine === 'DynamoDB Local';
  let memory: Engine;
  let other: Engine;
  beforeAll(async () => {
    memory = startMemoryEngine();
    other = await start();
  });
  afterAll(() => other.close());

  let tables = 0;
  test('after every call of a random sequence', async () => {
    const sequence = fc.asyncProperty(randomCalls, async (calls) => {
      const table = `sequence-${++tables}`;
      for (const { client } of [memory, other]) await ensureTable(client, tableDefinition(table));
      for (const call of calls) {
        if (isLocal && comparesDocuments(call)) continue;
        const [ours, theirs] = [
          await outcome(memory, table, call, isLocal),
          await outcome(other, table, call, isLocal),
        ];
        expect({ [call.name]: call.input, ...ours }).toEqual({ [call.name]: call.input, ...theirs });
      }
      expect(await contents(memory, table)).toEqual(await contents(other, table));
      for (const { client } of [memory, other])
        await client.send(new DeleteTableCommand({ TableName: table }));
    });
    await fc.assert(sequence, { numRuns });
    // A failure is shown only after it was shrunk.
  }, 300_000);
});

type Reply = Record<string, unknown>;
type Key = { sk: { S: string } };

/** The reply, or the name of the error. */
async function outcome(
  { client }: Engine,
  table: string,
  call: RandomCall,
  isLocal: boolean,
): Promise<object> {
  try {
    const { $metadata: _, ...reply } = (await call.send(client, table)) as { $metadata: unknown };
    return { reply: comparable(isLocal ? withoutDifferences(reply, call) : reply, call) };
  } catch (error) {
    return { error: (error as Error).name };
  }
}

/** What has no order is sorted, and what may be left out is. */
function comparable(reply: Reply, { name }: RandomCall): unknown {
  const {
    Responses,
    Items,
    UnprocessedKeys: _,
    UnprocessedItems: __,
    ConsumedCapacity: ___,
    Attributes,
    ...others
  } = reply;
  // If no new attribute is left to return, dynalite returns an empty map, and DynamoDB Local none.
  const hasAttributes = Object.keys(Attributes ?? {}).length > 0;
  const items = Responses ? Object.values(Responses).flat() : Items;
  const isOrdered = name === 'QueryCommand';
  return plain({
    ...others,
    ...(hasAttributes && { Attributes }),
    ...(Array.isArray(items) && { items: isOrdered ? items : sorted(items) }),
  });
}

/**
 * Without what DynamoDB Local does in its own way:
 * - A full page that ends at the end of a range of the table names it as the place to go on from. DynamoDB Local, knowing that
 *   nothing follows, does not.
 * - Of a map or list in which an update changed something, DynamoDB Local returns everything, not only what was changed.
 */
function withoutDifferences(
  { LastEvaluatedKey: place, Attributes, ...reply }: Reply,
  call: RandomCall,
): Reply {
  const { UpdateExpression = '', ReturnValues = '' } = call.input;
  const isInside = /[.[]/.test(UpdateExpression as string) && /^UPDATED/.test(ReturnValues as string);
  const isAtEnd = place !== undefined && (place as Key).sk.S === lastPlace(call);
  return {
    ...reply,
    ...(!isAtEnd && { LastEvaluatedKey: place }),
    Attributes: isInside ? Object.keys(Attributes ?? {}).sort() : Attributes,
  };
}

/** Whether a condition has a list or a map: unlike DynamoDB Local, dynalite does not compare what is in them. */
function comparesDocuments({ input }: RandomCall): boolean {
  const { ConditionExpression, FilterExpression, ExpressionAttributeValues = {} } = input;
  const values = Object.values(ExpressionAttributeValues as Record<string, object>);
  return (
    (ConditionExpression ?? FilterExpression) !== undefined &&
    values.some((value) => 'L' in value || 'M' in value)
  );
}

/** The last place that a query of the table includes. */
function lastPlace({ input }: RandomCall): string | undefined {
  const { IndexName, KeyConditionExpression = '', ScanIndexForward, ExpressionAttributeValues } = input;
  const bound = ScanIndexForward ? /(?:<=|BETWEEN :r AND) (:\w+)/ : /(?:>=|BETWEEN) (:\w+)/;
  const [, value = ''] = bound.exec(KeyConditionExpression as string) ?? [];
  const values = ExpressionAttributeValues as Record<string, { S: string }> | undefined;
  return IndexName === undefined ? values?.[value]?.S : undefined;
}

const sorted = (items: unknown[]) => items.map((one) => JSON.stringify(plain(one))).sort();

/** With the members of objects and of sets in order, and numbers without the zeros that DynamoDB Local leaves: 0.0. */
function plain(value: unknown, type = ''): unknown {
  if (Array.isArray(value))
    return type === 'SS' || type === 'NS' ? value.toSorted() : value.map((one) => plain(one));
  if (type === 'N' && typeof value === 'string') return value.replace(/\.0+$|(\.\d*?)0+$/, '$1');
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([one], [next]) => (one < next ? -1 : 1));
  return Object.fromEntries(entries.map(([name, one]) => [name, plain(one, name)]));
}

/** All items of the table and its index, page by page. */
async function contents({ client }: Engine, TableName: string): Promise<unknown> {
  const all: Record<string, string[]> = {};
  for (const IndexName of [undefined, 'by-time']) {
    const found: unknown[] = [];
    const pages = paginateScan({ client }, { TableName, Limit: 3, ...(IndexName && { IndexName }) });
    for await (const { Items = [] } of pages) found.push(...Items);
    all[IndexName ?? 'table'] = sorted(found);
  }
  return all;
}
