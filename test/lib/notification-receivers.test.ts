import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { describe, expect, test } from 'vitest';
import { parseEnvironment } from '../../core/lambda/entry.ts';
import { ReceiverEnvironment } from '../../core/names/environment.ts';
import { flat, list, type Properties, synthesise, synthesisePlain } from './synth.ts';

const { stack, warden, template, resources } = synthesise((scope) => ({
  consoleUrl: 'https://warden.example.com',
  chat: true,
  pagerDuty: {
    routingKey: Secret.fromSecretCompleteArn(scope, 'Pager', secretArn('pager')),
    endpoint: 'https://events.eu.pagerduty.com/v2/enqueue',
  },
  slack: { webhookUrl: Secret.fromSecretCompleteArn(scope, 'SlackUrl', secretArn('slack')) },
}));

function secretArn(name: string): string {
  return `arn:aws:secretsmanager:eu-west-1:111122223333:secret:${name}-Ab12Cd`;
}

const functions = Object.entries(resources('AWS::Lambda::Function')).filter(([id]) => id.includes('Forward'));
const topic = flat(stack.resolve(warden.notificationTopic.topicArn));

function variablesOf(name: string): Properties {
  const [, found] = functions.find(([id]) => id.startsWith(`ProcessWarden${name}`)) ?? [];
  return found?.Properties.Environment.Variables;
}

test('users 1: there is a receiver for each of chat, PagerDuty and Slack, and none by default', () => {
  expect(functions).toHaveLength(3);
  const none = Object.keys(synthesisePlain().resources()).filter((id) => /Forward|Chat|Pager|Slack/.test(id));
  expect(none).toEqual([]);
  expect(synthesisePlain().warden.chatTopic).toBeUndefined();
});

test.each(['Chat', 'PagerDuty', 'Slack'])(
  '%s takes raw messages, and what it does not take ends in an alarm (P7)',
  (name) => {
    const queues = Object.entries(resources('AWS::SQS::Queue')).filter(([id]) =>
      id.startsWith(`ProcessWarden${name}`),
    );
    const [deadLetters = ''] = queues.flatMap(([id]) => (id.includes('DeadLetters') ? [id] : []));
    const [queue = '', { Properties } = { Properties: {} as Properties }] =
      queues.find(([id]) => id !== deadLetters) ?? [];
    expect(flat(Properties.RedrivePolicy.deadLetterTargetArn)).toBe(`<${deadLetters}.Arn>`);
    const subscriptions = Object.values(resources('AWS::SNS::Subscription')).map((one) => one.Properties);
    const mine = subscriptions.filter(({ Endpoint }) => flat(Endpoint) === `<${queue}.Arn>`);
    expect(mine).toHaveLength(1);
    expect(mine[0]).toMatchObject({ Protocol: 'sqs', RawMessageDelivery: true });
    expect(flat(mine[0]?.TopicArn)).toBe(topic);
    expect(flat(mine[0]?.RedrivePolicy.deadLetterTargetArn)).toBe(`<${deadLetters}.Arn>`);
    const alarms = Object.values(resources('AWS::CloudWatch::Alarm')).map((one) => one.Properties);
    const watching = alarms.filter(({ Dimensions = [] }) =>
      Dimensions.some(({ Value }: Properties) => flat(Value) === `<${deadLetters}.QueueName>`),
    );
    expect(watching).toHaveLength(1);
    expect(watching[0]?.AlarmDescription).toContain('Notification receiver dead letters');
  },
);

test.each(['Chat', 'PagerDuty', 'Slack'])('%s is told what it asks for at its start', (name) => {
  const values = Object.fromEntries(
    Object.entries(variablesOf(name)).map(([key, value]) => [key, flat(value)]),
  );
  expect(parseEnvironment(ReceiverEnvironment, values)).toMatchObject({
    CONSOLE_URL: 'https://warden.example.com',
  });
});

test('PagerDuty of the EU has its own endpoint', () => {
  expect(variablesOf('PagerDuty').RECEIVER_URL).toBe('https://events.eu.pagerduty.com/v2/enqueue');
});

test('secrets are named in the template and never in it', () => {
  expect(variablesOf('Slack').RECEIVER_SECRET_ARN).toBe(secretArn('slack'));
  expect(JSON.stringify(template().toJSON())).not.toContain('resolve:secretsmanager');
});

describe('least privilege', () => {
  /** The actions that a role has, with their resources, but for its own log. */
  function allowed(name: string): string[] {
    const [, { Properties } = { Properties: {} as Properties }] =
      functions.find(([id]) => id.startsWith(`ProcessWarden${name}`)) ?? [];
    const role = flat(Properties.Role).slice(1, -'.Arn>'.length);
    const inline = list(resources()[role]?.Properties.Policies).map(
      ({ PolicyDocument }: Properties) => PolicyDocument,
    );
    const attached = Object.values(resources('AWS::IAM::Policy'))
      .filter((one) => one.Properties.Roles.some((each: unknown) => flat(each) === `<${role}>`))
      .map((one) => one.Properties.PolicyDocument);
    return [...inline, ...attached]
      .flatMap(({ Statement }: Properties) => Statement)
      .flatMap(({ Action, Resource }: Properties) =>
        list(Action).flatMap((action) => list(Resource).map((resource) => `${action} on ${flat(resource)}`)),
      )
      .filter((permission) => !permission.startsWith('logs:'))
      .map((permission) => permission.replaceAll(/<ProcessWarden(\w+?)[0-9A-F]{8}/g, '<$1'))
      .toSorted();
  }
  const polling = (name: string) =>
    ['DeleteMessage', 'GetQueueAttributes', 'ReceiveMessage'].map(
      (action) => `sqs:${action} on <${name}Queue.Arn>`,
    );

  test('Slack and PagerDuty may read their secret and poll their queue', () => {
    for (const [name, secret] of [
      ['Slack', 'slack'],
      ['PagerDuty', 'pager'],
    ] as const) {
      expect(allowed(name)).toEqual([
        `secretsmanager:DescribeSecret on ${secretArn(secret)}`,
        `secretsmanager:GetSecretValue on ${secretArn(secret)}`,
        ...polling(name),
      ]);
    }
  });

  test('chat may publish to its own topic and poll its queue', () => {
    expect(allowed('Chat')).toEqual(['sns:Publish on <ChatTopic>', ...polling('Chat')]);
  });
});
