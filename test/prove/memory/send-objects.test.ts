import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { clientSettings } from '../../../core/aws/client-settings.ts';
import { lightenClients } from '../../../local/embedded-clients.ts';
import { ensureTable } from '../../../local/tables.ts';
import { MemoryAws } from '../../../prove/memory/memory-aws.ts';
import { sendObjects } from '../../../prove/memory/send-objects.ts';
import { ManualClock } from '../../support/manual-clock.ts';
import { type Engine, startMemoryEngine, tableDefinition } from './support/dynamodb-engines.ts';
import { type RandomCall, randomCalls } from './support/random-calls.ts';

/* A client of the AWS in memory that sends objects has the same replies and errors as one that sends bytes. */

const TableName = 'objects';

/** The one sends bytes, the other objects, each to a memory of its own. */
async function bothWays(): Promise<[Engine, Engine]> {
  const [bytes, objects] = [startMemoryEngine(), startMemoryEngine()];
  sendObjects(objects.client);
  for (const { client } of [bytes, objects]) await ensureTable(client, tableDefinition(TableName));
  return [bytes, objects];
}

async function outcome({ client }: Engine, call: RandomCall): Promise<object> {
  try {
    const { $metadata: _, ...reply } = (await call.send(client, TableName)) as { $metadata: unknown };
    return { reply };
  } catch (error) {
    const {
      name,
      message,
      $response: _,
      $metadata: __,
      ...members
    } = error as Error & Record<string, unknown>;
    return { error, name, message, members };
  }
}

/** Bytes leave out members that the operation does not have, and types forbid them. */
const isWhole = ({ name, input }: RandomCall) =>
  !/^(Get|Batch)/.test(name) || !JSON.stringify(input).includes('ExpressionAttributeValues');

test('random calls to DynamoDB have the same replies and errors', async () => {
  const sequence = fc.asyncProperty(randomCalls, async (calls) => {
    const [bytes, objects] = await bothWays();
    for (const call of calls.filter(isWhole))
      expect(await outcome(objects, call)).toStrictEqual(await outcome(bytes, call));
  });
  await fc.assert(sequence, { numRuns: 40 });
});

test('bytes are bytes again, also in maps and lists, and an attribute may be called B', async () => {
  const data = { B: new Uint8Array([0, 127, 128, 255]) };
  const Item = {
    pk: { S: 'a' },
    sk: { S: 'b' },
    data,
    B: { M: { B: data, L: { L: [data, { NULL: true }] } } },
  };
  for (const { client } of await bothWays()) {
    await client.send(new PutItemCommand({ TableName, Item }));
    const Key = { pk: { S: 'a' }, sk: { S: 'b' } };
    const reply = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
    expect(reply.Item).toStrictEqual(Item);
  }
});

test('neither side sees what the other changes later in an object', async () => {
  const [, { client }] = await bothWays();
  const Key = { pk: { S: 'a' }, sk: { S: 'b' } };
  const Item = { ...Key, list: { L: [{ S: 'one' }] } };
  await client.send(new PutItemCommand({ TableName, Item }));
  Item.list.L.push({ S: 'two' });
  const read = () => client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
  const first = await read();
  expect(first.Item?.list).toEqual({ L: [{ S: 'one' }] });
  first.Item?.list?.L?.push({ S: 'two' });
  expect((await read()).Item?.list).toEqual({ L: [{ S: 'one' }] });
});

test('messages of SQS have the same attributes', async () => {
  const received = [];
  for (const isObjects of [false, true]) {
    const memory = new MemoryAws({ clock: new ManualClock() });
    const credentials = { accessKeyId: 'memory', secretAccessKey: 'none' };
    const settings = { ...clientSettings, endpoint: 'http://127.0.0.1', region: 'us-east-1', credentials };
    const client = new SQSClient({ ...settings, requestHandler: memory.transports.sqs });
    lightenClients([client]);
    if (isObjects) sendObjects(client);
    const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: 'queue' }));
    const MessageAttributes = { of: { DataType: 'String', StringValue: 'item' } };
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: '{"a":"é"}', MessageAttributes }));
    const asked = { QueueUrl, MessageSystemAttributeNames: ['All' as const], MessageAttributeNames: ['All'] };
    const { Messages } = await client.send(new ReceiveMessageCommand(asked));
    received.push(Messages?.map(({ MessageId: _, ReceiptHandle: __, ...message }) => message));
  }
  const [bytes, objects] = received;
  expect(objects).toStrictEqual(bytes);
  expect(objects).toHaveLength(1);
});
