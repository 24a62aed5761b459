import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as fc from 'fast-check';
import {
  condition,
  expressions,
  indexCondition,
  indexProjection,
  projection,
  sometimes,
  update,
} from './random-expressions.ts';
import { type Item, item, key, keyOf } from './random-item.ts';

/** A call that any engine can be sent. */
export interface RandomCall {
  name: string;
  input: Record<string, unknown>;
  send: (client: DynamoDBClient, TableName: string) => Promise<object>;
}

/** A class of commands: their types have nothing in common that clients accept. */
type Command = new (
  // biome-ignore lint/suspicious/noExplicitAny: each command has an input of its own
  input: any,
) => object;

const sent = (client: DynamoDBClient, command: object) =>
  client.send(command as GetItemCommand) as Promise<object>;

function call(Command: Command, input: object): RandomCall {
  const { name } = Command;
  const given = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
  return {
    name,
    input: given,
    send: (client, TableName) => sent(client, new Command({ TableName, ...given })),
  };
}

const returnsOld = fc.constantFrom(undefined, 'NONE', 'ALL_OLD');
const returns = fc.constantFrom(undefined, 'NONE', 'ALL_OLD', 'ALL_NEW', 'UPDATED_OLD', 'UPDATED_NEW');
const conditional = expressions({ ConditionExpression: sometimes(condition) });

const put = fc
  .tuple(item, conditional, returnsOld)
  .map(([Item, given, ReturnValues]) => call(PutItemCommand, { Item, ReturnValues, ...given }));
const remove = fc
  .tuple(key, conditional, returnsOld)
  .map(([one, given, ReturnValues]) => call(DeleteItemCommand, { Key: keyOf(one), ReturnValues, ...given }));
const change = fc
  .tuple(key, expressions({ UpdateExpression: update, ConditionExpression: sometimes(condition) }), returns)
  .map(([one, given, ReturnValues]) => call(UpdateItemCommand, { Key: keyOf(one), ReturnValues, ...given }));
const get = fc
  .tuple(key, expressions({ ProjectionExpression: sometimes(projection) }), fc.boolean())
  .map(([one, given, ConsistentRead]) => call(GetItemCommand, { Key: keyOf(one), ConsistentRead, ...given }));

const ranges = ['', ' AND sk = :r', ' AND sk < :r', ' AND sk <= :r', ' AND sk > :r', ' AND sk >= :r'];
const wideRanges = [' AND begins_with(sk, :r)', ' AND sk BETWEEN :r AND :to', ' AND n = :r', ' OR sk = :r'];

const tableFilters = { FilterExpression: sometimes(condition), ProjectionExpression: sometimes(projection) };
const indexFilters = {
  FilterExpression: sometimes(indexCondition),
  ProjectionExpression: sometimes(indexProjection),
};

/** A query of the table or of its index, from its begin or from a key. */
const query = fc
  .tuple(
    key,
    fc.constantFrom(...ranges, ...wideRanges),
    fc.constantFrom('a', 'ab', 'b', 'ü', 'z'),
    fc.record({
      Limit: sometimes(fc.integer({ min: 1, max: 4 })),
      ScanIndexForward: fc.boolean(),
      Select: fc.constantFrom(undefined, undefined, 'COUNT', 'ALL_ATTRIBUTES'),
      start: sometimes(key),
      isOfIndex: fc.boolean(),
    }),
  )
  .chain(([{ pk, sk }, range, to, { start, isOfIndex, ...options }]) => {
    const keyCondition = isOfIndex ? `gh = :p${range.replaceAll('sk', 'gs')}` : `pk = :p${range}`;
    const place = isOfIndex ? '2' : '';
    const values = {
      ':p': { S: isOfIndex ? 'g' : pk },
      ...(range.includes(':r') && { ':r': { S: `${place}${isOfIndex ? '' : sk || 'a'}` } }),
      ...(range.includes(':to') && { ':to': { S: `${place}${to}` } }),
    };
    // A page that begins at a bound of its range: DynamoDB Local refuses some of these.
    const bounds = [sk || 'a', ...(range.includes(':to') ? [to] : [])];
    const isBound = start !== undefined && bounds.includes(start.sk);
    const ExclusiveStartKey = start &&
      !isBound && {
        ...keyOf(start),
        ...(isOfIndex && { gh: { S: 'g' }, gs: { S: `2${start.pk}${start.sk}` } }),
      };
    const filters = isOfIndex ? indexFilters : tableFilters;
    const isCount = options.Select === 'COUNT';
    return expressions(isCount ? { FilterExpression: filters.FilterExpression } : filters, {
      KeyConditionExpression: keyCondition,
      ExpressionAttributeValues: values,
    }).map((given) =>
      call(QueryCommand, {
        ...(isOfIndex && { IndexName: 'by-time' }),
        ...options,
        // A projection selects by itself.
        Select: given.ProjectionExpression === undefined ? options.Select : undefined,
        ExclusiveStartKey: ExclusiveStartKey || undefined,
        ...given,
      }),
    );
  });

/** Without pages: their order is each engine's own. */
const scan = fc
  .constantFrom({ filters: tableFilters }, { filters: indexFilters, IndexName: 'by-time' })
  .chain(({ filters, ...of }) => expressions(filters).map((given) => call(ScanCommand, { ...of, ...given })));

const manyKeys = fc.array(key, { minLength: 1, maxLength: 5 });
const batchGet = fc
  .tuple(manyKeys, expressions({ ProjectionExpression: sometimes(projection) }))
  .map(([keys, given]) =>
    ofTable(BatchGetItemCommand, { Keys: keys.map(keyOf), ConsistentRead: true, ...given }),
  );
const writes = fc.array(
  fc.oneof(
    item.map((Item: Item) => ({ PutRequest: { Item } })),
    key.map((one) => ({ DeleteRequest: { Key: keyOf(one) } })),
  ),
  { minLength: 1, maxLength: 5 },
);
const batchWrite = writes.map((requests) => ofTable(BatchWriteItemCommand, requests));

function ofTable(Command: Command, request: object): RandomCall {
  const made = call(Command, { RequestItems: request });
  const send: RandomCall['send'] = (client, TableName) =>
    sent(client, new Command({ RequestItems: { [TableName]: request } }));
  return { ...made, send };
}

export const randomCalls = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: put },
    { weight: 6, arbitrary: change },
    { weight: 2, arbitrary: remove },
    { weight: 2, arbitrary: get },
    { weight: 4, arbitrary: query },
    { weight: 1, arbitrary: scan },
    { weight: 1, arbitrary: batchGet },
    { weight: 1, arbitrary: batchWrite },
  ),
  { minLength: 10, maxLength: 40 },
);
