import { GetItemCommand, PutItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { CreateScheduleCommand } from '@aws-sdk/client-scheduler';
import { PublishCommand } from '@aws-sdk/client-sns';
import { ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { attributes } from '../core/aws/attributes.ts';
import { updateExpression } from '../core/aws/expression.ts';
import { keyOf } from '../core/aws/items/keys.ts';
import { createLog } from '../core/log.ts';
import type { ConnectedService } from '../local/connect-service.ts';
import { startEmbeddedAws } from '../local/embedded-aws.ts';
import { connectMemory } from '../prove/memory/connect-memory.ts';
import { ManualClock } from '../test/support/manual-clock.ts';

/*
 * Calls per second of SDK clients to the AWS in memory, beside the embedded servers of the local service in the same run.
 * Rounds alternate between the two; the median counts.
 */

const rounds = 5;
const callsOfRound = 1_000;
const quiet = createLog(() => {});

type Call = (aws: ConnectedService, index: number) => Promise<unknown>;

const TableName = 'items';
const keyAt = (index: number) => keyOf({ workflow: 'uploads', item: `item-${index % 500}` });
const item = { state: 'waiting', revision: 1, deadline: '2026-03-01T12:00:00.000Z', steps: [], run: 'one' };

const calls: Record<string, Call> = {
  'PutItem on a condition': ({ dynamodb }, index) => {
    const Item = {
      ...attributes({ ...item, queue: `uploads#waiting#${index % 8}`, time: `t${index}` }),
      ...keyAt(index),
    };
    const ConditionExpression = 'attribute_not_exists(#item) OR #revision > :none';
    return dynamodb.send(
      new PutItemCommand({
        TableName,
        Item,
        ConditionExpression,
        ExpressionAttributeNames: { '#item': 'item', '#revision': 'revision' },
        ExpressionAttributeValues: { ':none': { N: '0' } },
      }),
    );
  },
  'UpdateItem on a condition': ({ dynamodb }, index) => {
    const update = updateExpression({
      set: { state: 'waiting', updatedAt: `at ${index}`, run: 'two' },
      actions: ['#revision = #revision + :one'],
      conditions: ['#state = :waiting'],
      values: { one: 1, waiting: 'waiting' },
    });
    return dynamodb.send(
      new UpdateItemCommand({ TableName, Key: keyAt(index), ...update, ReturnValues: 'ALL_NEW' }),
    );
  },
  GetItem: ({ dynamodb }, index) =>
    dynamodb.send(new GetItemCommand({ TableName, Key: keyAt(index), ConsistentRead: true })),
  'Query of 10 items': ({ dynamodb }, index) =>
    dynamodb.send(
      new QueryCommand({
        TableName,
        IndexName: 'by-time',
        KeyConditionExpression: '#queue = :queue',
        ExpressionAttributeNames: { '#queue': 'queue' },
        ExpressionAttributeValues: { ':queue': { S: `uploads#waiting#${index % 8}` } },
        Limit: 10,
      }),
    ),
  CreateSchedule: ({ scheduler, environment }, index) =>
    scheduler.send(
      new CreateScheduleCommand({
        Name: `timer-${index}`,
        GroupName: environment.TIMER_GROUP,
        ScheduleExpression: 'at(2027-01-01T00:00:00)',
        FlexibleTimeWindow: { Mode: 'OFF' },
        Target: { Arn: environment.TIMER_QUEUE_ARN, RoleArn: environment.TIMER_ROLE_ARN, Input: '{}' },
      }),
    ),
  Publish: ({ sns, topicArn }, index) =>
    sns.send(new PublishCommand({ TopicArn: topicArn, Message: `message ${index}` })),
  'ReceiveMessage of none': ({ sqs, timerQueue }) =>
    sqs.send(new ReceiveMessageCommand({ QueueUrl: timerQueue.url })),
};

const clock = new ManualClock();
const memory = await connectMemory({ clock, log: quiet });
const embedded = await startEmbeddedAws({ clock, log: quiet });

/** Microseconds of CPU for a call. */
async function measured(aws: ConnectedService, call: Call, start: number): Promise<number> {
  const before = process.cpuUsage();
  for (let index = start; index < start + callsOfRound; index++) await call(aws, index);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / callsOfRound;
}

const median = (values: number[]) =>
  values.sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;

process.stdout.write('µs of CPU for a call, with the SDK    memory  embedded  ratio\n');
for (const [name, call] of Object.entries(calls)) {
  const times: { memory: number[]; embedded: number[] } = { memory: [], embedded: [] };
  for (let round = 0; round <= rounds; round++) {
    const start = round * callsOfRound;
    const [one, other] = [await measured(memory, call, start), await measured(embedded, call, start)];
    // The first round warms up.
    if (round === 0) continue;
    times.memory.push(one);
    times.embedded.push(other);
  }
  const [one, other] = [median(times.memory), median(times.embedded)];
  const figures = [
    one.toFixed(0).padStart(8),
    other.toFixed(0).padStart(10),
    (other / one).toFixed(1).padStart(7),
  ];
  process.stdout.write(`${name.padEnd(36)}${figures.join('')}\n`);
}
await memory.close();
await embedded.close();
