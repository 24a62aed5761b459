import { CreateScheduleCommand, DeleteScheduleCommand, GetScheduleCommand } from '@aws-sdk/client-scheduler';
import {
  GetTopicAttributesCommand,
  PublishBatchCommand,
  PublishCommand,
  SubscribeCommand,
} from '@aws-sdk/client-sns';
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLog } from '../../../core/log.ts';
import type { ConnectedService } from '../../../local/connect-service.ts';
import { type EmbeddedAws, startEmbeddedAws } from '../../../local/embedded-aws.ts';
import { connectMemory, type MemoryService } from '../../../prove/memory/connect-memory.ts';
import { ManualClock } from '../../support/manual-clock.ts';

/* The same calls to SNS, SQS and Scheduler in memory and to the embedded servers: same replies, same errors. */

const clock = new ManualClock();
const log = createLog(() => {});
let memory: MemoryService;
let embedded: EmbeddedAws;
beforeAll(async () => {
  memory = await connectMemory({ clock, log });
  embedded = await startEmbeddedAws({ clock, log });
});
afterAll(async () => {
  await memory.close();
  await embedded.close();
});

type Call = (aws: ConnectedService) => Promise<object>;
const large = 'x'.repeat(300_000);
const attribute = { workflow: { DataType: 'String', StringValue: 'uploads' } };
const timer = (aws: ConnectedService, Name: string, more: object = {}) =>
  aws.scheduler.send(
    new CreateScheduleCommand({
      Name,
      GroupName: aws.environment.TIMER_GROUP,
      ScheduleExpression: 'at(2026-03-01T12:00:10)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      ActionAfterCompletion: 'DELETE',
      Target: { Arn: aws.timerQueue.arn, RoleArn: aws.environment.TIMER_ROLE_ARN, Input: '{"item":"a"}' },
      ...more,
    }),
  );
const receive = (aws: ConnectedService, QueueUrl: string) =>
  aws.sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['ApproximateReceiveCount'],
    }),
  );
const urlOf = async ({ sqs }: ConnectedService, QueueName: string) =>
  (await sqs.send(new GetQueueUrlCommand({ QueueName }))).QueueUrl ?? '';

/** In their order: each sees what those before it did. */
const calls: [string, Call][] = [
  ['a queue is created', ({ sqs }) => sqs.send(new CreateQueueCommand({ QueueName: 'own' }))],
  [
    'the same queue with another attribute',
    ({ sqs }) =>
      sqs.send(new CreateQueueCommand({ QueueName: 'own', Attributes: { VisibilityTimeout: '7' } })),
  ],
  [
    'an attribute out of its range',
    ({ sqs }) =>
      sqs.send(new CreateQueueCommand({ QueueName: 'other', Attributes: { VisibilityTimeout: '-1' } })),
  ],
  ['no such queue', ({ sqs }) => sqs.send(new GetQueueUrlCommand({ QueueName: 'none' }))],
  [
    'a raw subscription',
    ({ sns, topicArn, timerQueue }) =>
      sns.send(
        new SubscribeCommand({
          TopicArn: topicArn,
          Protocol: 'sqs',
          Endpoint: timerQueue.arn.replace('expired-timers', 'own'),
          Attributes: { RawMessageDelivery: 'true' },
        }),
      ),
  ],
  [
    'the attributes of a topic',
    ({ sns, topicArn }) =>
      sns.send(new GetTopicAttributesCommand({ TopicArn: topicArn })).then(({ Attributes = {} }) => ({
        confirmed: Attributes.SubscriptionsConfirmed,
      })),
  ],
  [
    'no such topic',
    ({ sns }) =>
      sns.send(new GetTopicAttributesCommand({ TopicArn: 'arn:aws:sns:us-east-1:000000000000:none' })),
  ],
  [
    'a publication',
    ({ sns, topicArn }) =>
      sns.send(
        new PublishCommand({ TopicArn: topicArn, Message: 'a & <b> "ü"', MessageAttributes: attribute }),
      ),
  ],
  [
    'a publication that is too large',
    ({ sns, topicArn }) => sns.send(new PublishCommand({ TopicArn: topicArn, Message: large })),
  ],
  [
    'a batch of publications',
    ({ sns, topicArn }) =>
      sns.send(
        new PublishBatchCommand({
          TopicArn: topicArn,
          PublishBatchRequestEntries: [
            { Id: '0', Message: 'one', MessageAttributes: attribute },
            { Id: '1', Message: 'two' },
          ],
        }),
      ),
  ],
  [
    'an id twice in a batch',
    ({ sns, topicArn }) =>
      sns.send(
        new PublishBatchCommand({
          TopicArn: topicArn,
          PublishBatchRequestEntries: ['x', 'y'].map((Message) => ({ Id: '0', Message })),
        }),
      ),
  ],
  ['what was published arrives', async (aws) => receive(aws, await urlOf(aws, 'own'))],
  ['an empty queue', async (aws) => receive(aws, await urlOf(aws, 'own'))],
  [
    'a message without a body',
    async (aws) =>
      aws.sqs.send(new SendMessageCommand({ QueueUrl: await urlOf(aws, 'own'), MessageBody: '' })),
  ],
  [
    'a batch of messages of which one is refused',
    async (aws) =>
      aws.sqs
        .send(
          new SendMessageBatchCommand({
            QueueUrl: await urlOf(aws, 'own'),
            Entries: [
              { Id: 'a', MessageBody: 'fine', MessageAttributes: attribute },
              { Id: 'b', MessageBody: '\uffff' },
            ],
          }),
        )
        .then(({ Successful, Failed }) => ({
          Successful,
          failed: Failed?.map(({ Id, Code }) => ({ Id, Code })),
        })),
  ],
  [
    'a message comes back when its visibility ends',
    async (aws) => {
      const QueueUrl = await urlOf(aws, 'own');
      const { Messages: [{ ReceiptHandle } = {}] = [] } = await receive(aws, QueueUrl);
      await aws.sqs.send(
        new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
      );
      return receive(aws, QueueUrl);
    },
  ],
  [
    'a receipt handle of nothing is deleted',
    async (aws) =>
      aws.sqs.send(
        new DeleteMessageBatchCommand({
          QueueUrl: await urlOf(aws, 'own'),
          Entries: [{ Id: '0', ReceiptHandle: 'none' }],
        }),
      ),
  ],
  [
    'the counts of a queue',
    async (aws) =>
      aws.sqs.send(
        new GetQueueAttributesCommand({
          QueueUrl: await urlOf(aws, 'own'),
          AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
        }),
      ),
  ],
  ['a timer', (aws) => timer(aws, 'one')],
  ['a timer whose name is in use', (aws) => timer(aws, 'one')],
  [
    'a timer with a fraction of a second',
    (aws) => timer(aws, 'two', { ScheduleExpression: 'at(2026-03-01T12:00:10.5)' }),
  ],
  ['a timer of no group', (aws) => timer(aws, 'two', { GroupName: 'none' })],
  [
    'a timer is read',
    ({ scheduler, environment }) =>
      scheduler.send(new GetScheduleCommand({ Name: 'one', GroupName: environment.TIMER_GROUP })),
  ],
  [
    'a timer that is not there is deleted',
    ({ scheduler, environment }) =>
      scheduler.send(new DeleteScheduleCommand({ Name: 'none', GroupName: environment.TIMER_GROUP })),
  ],
];

test.each(calls)('%s', async (_, call) => {
  expect(await outcome(call, memory)).toEqual(await outcome(call, embedded));
});

test('a timer fires once, at its time, and is gone', async () => {
  const fired = async ({ emulator, ...aws }: MemoryService | EmbeddedAws) => {
    const count = await emulator.fireDue();
    const { Messages = [] } = await receive(aws, aws.timerQueue.url);
    return { count, bodies: Messages.map(({ Body }) => Body) };
  };
  clock.set('2026-03-01T12:00:09.999Z');
  expect(await fired(memory)).toEqual(await fired(embedded));
  clock.set('2026-03-01T12:00:10.000Z');
  const due = await fired(memory);
  expect(due).toEqual({ count: 1, bodies: ['{"item":"a"}'] });
  expect(await fired(embedded)).toEqual(due);
  const gone: Call = ({ scheduler, environment }) =>
    scheduler.send(new GetScheduleCommand({ Name: 'one', GroupName: environment.TIMER_GROUP }));
  expect(await outcome(gone, memory)).toEqual(await outcome(gone, embedded));
});

/** The reply or the name of the error, without the parts that are new each time. */
async function outcome(call: Call, aws: ConnectedService): Promise<unknown> {
  const reply = await call(aws).catch(({ name }: Error) => ({ error: name }));
  return JSON.parse(
    JSON.stringify(reply, (name, value) =>
      /^(\$metadata|MessageId|ReceiptHandle|QueueUrl|SubscriptionArn)$/.test(name) ||
      (Array.isArray(value) && value.length === 0)
        ? undefined
        : value,
    ),
  );
}
