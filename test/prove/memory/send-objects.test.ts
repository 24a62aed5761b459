import { GetItemCommand, PutItemCommand } from '@aws-sdk/client-dynamodb';
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  SchedulerClient,
} from '@aws-sdk/client-scheduler';
import {
  CreateTopicCommand,
  PublishBatchCommand,
  PublishCommand,
  SNSClient,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
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

test('an attribute may be called __proto__', async () => {
  const map = '{"M":{"__proto__":{"S":"a"},"constructor":{"S":"b"}}}';
  for (const { client } of await bothWays()) {
    const Key = { pk: { S: 'a' }, sk: { S: 'b' } };
    await client.send(new PutItemCommand({ TableName, Item: { ...Key, map: JSON.parse(map) } }));
    const { Item } = await client.send(new GetItemCommand({ TableName, Key, ConsistentRead: true }));
    // As text: comparisons of objects look at the prototype.
    expect(JSON.stringify(Item?.map)).toBe(map);
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

const credentials = { accessKeyId: 'memory', secretAccessKey: 'none' };
const settings = { ...clientSettings, endpoint: 'http://127.0.0.1', region: 'us-east-1', credentials };
const queueArn = 'arn:aws:sqs:us-east-1:000000000000:queue';

/** What calls about messages and schedules return or throw. */
async function messagesAndSchedules(isObjects: boolean): Promise<object[]> {
  const { transports } = new MemoryAws({ clock: new ManualClock() });
  const sqs = new SQSClient({ ...settings, requestHandler: transports.sqs });
  const sns = new SNSClient({ ...settings, requestHandler: transports.sns });
  const scheduler = new SchedulerClient({ ...settings, requestHandler: transports.scheduler });
  lightenClients([sqs, sns, scheduler]);
  if (isObjects) {
    sendObjects(sqs);
    sendObjects(sns, ['Publish', 'PublishBatch']);
    sendObjects(scheduler, ['CreateSchedule', 'DeleteSchedule']);
  }
  const found: object[] = [];
  const note = async (call: Promise<{ $metadata?: unknown }>) => {
    const { $metadata: _, ...outcome } = await call.catch(({ name, message }: Error) => ({
      name,
      message,
      $metadata: undefined,
    }));
    found.push(outcome);
  };
  await note(sqs.send(new CreateQueueCommand({ QueueName: 'queue' })));
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'topic' }));
  const Attributes = { RawMessageDelivery: 'true', FilterPolicy: '{"kind":["lost"]}' };
  await sns.send(
    new SubscribeCommand({
      TopicArn,
      Protocol: 'sqs',
      Endpoint: queueArn,
      Attributes,
      ReturnSubscriptionArn: true,
    }),
  );
  const lost = { kind: { DataType: 'String', StringValue: 'lost' } };
  const message = { Message: '{"a":"é <&>"}', MessageAttributes: lost };
  await note(sns.send(new PublishCommand({ TopicArn, ...message })));
  await note(sns.send(new PublishCommand({ TopicArn, ...message, Message: '' })));
  const entries = [
    { Id: 'one', ...message },
    { Id: 'two', ...message, Message: '\u0000' },
    { Id: 'three', Message: 'other' },
  ];
  await note(sns.send(new PublishBatchCommand({ TopicArn, PublishBatchRequestEntries: entries })));
  const QueueUrl = 'http://127.0.0.1/000000000000/queue';
  await note(sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'mine', MessageAttributes: lost })));
  const all = { MessageSystemAttributeNames: ['All' as const], MessageAttributeNames: ['All'] };
  await note(sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...all })));
  const schedule = {
    Name: 'one',
    ScheduleExpression: 'at(2026-03-01T13:00:00)',
    FlexibleTimeWindow: { Mode: 'OFF' as const },
    Target: { Arn: queueArn, RoleArn: 'arn:aws:iam::000000000000:role/timers', Input: '{"a":"é"}' },
  };
  await note(scheduler.send(new CreateScheduleCommand(schedule)));
  await note(scheduler.send(new CreateScheduleCommand(schedule)));
  await note(scheduler.send(new CreateScheduleCommand({ ...schedule, Name: 'two', GroupName: 'none' })));
  await note(scheduler.send(new CreateScheduleCommand({ ...schedule, Name: 'not/allowed' })));
  const {
    CreationDate: _,
    LastModificationDate: __,
    ...kept
  } = await scheduler.send(new GetScheduleCommand({ Name: 'one' }));
  await note(Promise.resolve(kept));
  for (let tries = 0; tries < 2; tries++)
    await note(scheduler.send(new DeleteScheduleCommand({ Name: 'one', GroupName: 'default' })));
  return found;
}

test('messages and schedules have the same replies and errors', async () => {
  const [bytes, objects] = [await messagesAndSchedules(false), await messagesAndSchedules(true)];
  expect(objects).toStrictEqual(bytes);
  const errors = bytes.flatMap((one) => ('name' in one ? [one.name] : []));
  expect(errors).toEqual([
    'InvalidParameterException',
    'ConflictException',
    'ResourceNotFoundException',
    'ValidationException',
    'ResourceNotFoundException',
  ]);
});
