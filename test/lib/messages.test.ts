import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { describe, expect, test } from 'vitest';
import { flat, list, type Properties, synthesise, synthesiseChanged } from './synth.ts';

const { stack, warden, resources } = synthesise({ alertEmails: ['people@example.com', 'night@example.com'] });
const queues = resources('AWS::SQS::Queue');
const deadLetters = Object.keys(queues).filter((id) => id.includes('DeadLetters'));

/** The statements about a queue or topic in the policies of that type. */
function statementsFor(type: string, key: string, id: string): Properties[] {
  return Object.values(resources(type))
    .filter(({ Properties }) => list(Properties[key]).some((target) => flat(target) === `<${id}>`))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement);
}

const notOverTls = {
  Effect: 'Deny',
  Principal: { AWS: '*' },
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
};

test.each(Object.keys(queues))(
  'the queue %s is encrypted, requires TLS and keeps messages for 14 days',
  (id) => {
    expect(queues[id]?.Properties).toMatchObject({
      SqsManagedSseEnabled: true,
      MessageRetentionPeriod: 1_209_600,
    });
    expect(statementsFor('AWS::SQS::QueuePolicy', 'Queues', id)).toContainEqual(
      expect.objectContaining({ ...notOverTls, Action: 'sqs:*' }),
    );
  },
);

test.each(Object.keys(resources('AWS::SNS::Topic')))('the topic %s requires TLS', (id) => {
  expect(statementsFor('AWS::SNS::TopicPolicy', 'Topics', id)).toContainEqual(
    expect.objectContaining({ ...notOverTls, Principal: '*', Action: 'sns:Publish' }),
  );
});

test("topics for messages about items are encrypted with SNS's own key", () => {
  for (const topic of [warden.notificationTopic, warden.itemEventTopic, warden.redriveTopic]) {
    expect(resources()[stack.resolve(topic.topicArn).Ref]?.Properties.KmsMasterKeyId).toBe('alias/aws/sns');
  }
});

test('CloudWatch may publish alarms of this account', () => {
  const { Ref: id } = stack.resolve(warden.alarmTopic.topicArn);
  expect(statementsFor('AWS::SNS::TopicPolicy', 'Topics', id)).toContainEqual(
    expect.objectContaining({
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: 'sns:Publish',
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    }),
  );
});

describe('there is a dead-letter queue', () => {
  test('for every queue that is not one itself', () => {
    for (const [id, { Properties }] of Object.entries(queues)) {
      if (deadLetters.includes(id)) continue;
      expect(Properties.RedrivePolicy.maxReceiveCount).toBeGreaterThanOrEqual(5);
      expect(deadLetters).toContain(Properties.RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'][0]);
    }
  });

  test('for every queue that feeds a function', () => {
    const sources = Object.values(resources('AWS::Lambda::EventSourceMapping'));
    expect(sources).toHaveLength(1);
    for (const { Properties } of sources) {
      const [id] = Properties.EventSourceArn['Fn::GetAtt'];
      expect(queues[id]?.Properties.RedrivePolicy).toBeDefined();
    }
  });

  test('for every subscription, to which SNS may write', () => {
    const subscriptions = Object.values(resources('AWS::SNS::Subscription'));
    expect(subscriptions).toHaveLength(4);
    for (const { Properties } of subscriptions) {
      const [id] = Properties.RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'];
      expect(statementsFor('AWS::SQS::QueuePolicy', 'Queues', id)).toContainEqual(
        expect.objectContaining({
          Effect: 'Allow',
          Principal: { Service: 'sns.amazonaws.com' },
          Action: 'sqs:SendMessage',
          Condition: { ArnEquals: { 'aws:SourceArn': Properties.TopicArn } },
        }),
      );
    }
  });

  test('for every schedule', () => {
    for (const { Properties } of Object.values(resources('AWS::Scheduler::Schedule'))) {
      expect(deadLetters).toContain(Properties.Target.DeadLetterConfig.Arn['Fn::GetAtt'][0]);
    }
  });
});

test('expired timers are received in batches, and only failed ones come again', () => {
  const [mapping] = Object.values(resources('AWS::Lambda::EventSourceMapping'));
  expect(mapping?.Properties).toMatchObject({
    BatchSize: 100,
    MaximumBatchingWindowInSeconds: 5,
    ScalingConfig: { MaximumConcurrency: 20 },
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
  const queue = queues[mapping?.Properties.EventSourceArn['Fn::GetAtt'][0]];
  const consumer = resources()[mapping?.Properties.FunctionName.Ref];
  expect(queue?.Properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * consumer?.Properties.Timeout);
});

test('the number of batches of expired timers at the same time follows the setting', () => {
  const { resources: wide } = synthesiseChanged();
  const [mapping] = Object.values(wide('AWS::Lambda::EventSourceMapping'));
  expect(mapping?.Properties.ScalingConfig).toEqual({ MaximumConcurrency: 900 });
});

describe('existing topics', () => {
  const existing = synthesise((scope) => ({
    alertEmails: ['people@example.com'],
    notificationTopic: new Topic(scope, 'People', { masterKey: new Key(scope, 'Key') }),
    itemEventTopic: Topic.fromTopicArn(scope, 'Machines', 'arn:aws:sns:eu-central-1:123456789012:machines'),
    redriveTopic: Topic.fromTopicArn(scope, 'Upstream', 'arn:aws:sns:eu-central-1:123456789012:upstream'),
    alarmTopic: Topic.fromTopicArn(scope, 'Pager', 'arn:aws:sns:eu-central-1:123456789012:pager'),
  }));

  test('are used instead of new ones', () => {
    expect(Object.keys(existing.resources('AWS::SNS::Topic'))).toEqual([expect.stringMatching(/^People/)]);
    const { Ref: people } = existing.stack.resolve(existing.warden.notificationTopic.topicArn);
    for (const { Properties } of Object.values(existing.resources('AWS::Lambda::Function'))) {
      const { NOTIFICATION_TOPIC_ARN: arn } = Properties.Environment.Variables;
      if (arn) expect(arn).toEqual({ Ref: people });
    }
  });

  test('get the e-mail subscriptions, with their dead-letter queues', () => {
    const subscriptions = Object.values(existing.resources('AWS::SNS::Subscription'));
    expect(subscriptions.map(({ Properties }) => flat(Properties.TopicArn)).sort()).toEqual([
      expect.stringMatching(/^<People/),
      'arn:aws:sns:eu-central-1:123456789012:pager',
    ]);
    for (const { Properties } of subscriptions) expect(Properties.RedrivePolicy).toBeDefined();
  });

  test('may be one and the same', () => {
    const alertEmails = ['people@example.com'];
    const shared = synthesise((scope) => {
      const topic = new Topic(scope, 'All');
      return { alertEmails, notificationTopic: topic, alarmTopic: topic };
    });
    expect(Object.keys(shared.resources('AWS::SNS::Subscription'))).toHaveLength(2);
  });

  const withKeys = synthesise((scope) =>
    Object.fromEntries(
      ['notificationTopic', 'itemEventTopic', 'redriveTopic'].map((topic) => [
        topic,
        new Topic(scope, topic, { masterKey: new Key(scope, `Key of ${topic}`) }),
      ]),
    ),
  );
  /** For each role and key in the attached policies, what the role may do with the key. */
  const uses = Object.values(withKeys.resources('AWS::IAM::Policy')).flatMap(({ Properties }) =>
    Properties.PolicyDocument.Statement.flatMap(({ Resource, ...rest }: Properties) =>
      list(Resource).map((key) => ({ key: flat(key), roles: Properties.Roles.map(flat), ...rest })),
    ),
  );

  test('who publishes to a topic with a key may use the key, and nothing else', () => {
    for (const { key, roles, ...rest } of uses) {
      expect(key).toMatch(/^<Keyof(notification|itemEvent|redrive)Topic\w+\.Arn>$/);
      expect(roles).toHaveLength(1);
      expect(rest).toEqual({ Effect: 'Allow', Action: ['kms:Decrypt', 'kms:GenerateDataKey'] });
    }
  });

  test.each([
    ['notificationTopic', ['batch', 'check-timers', 'fail', 'progress', 'sweep']],
    [
      'itemEventTopic',
      ['batch', 'check-timers', 'complete', 'fail', 'progress', 'register', 'run-redrives', 'sweep'],
    ],
    ['redriveTopic', ['run-redrives']],
  ] as const)('%s may have a key, which %j, who publish there, may then use', (topic, publishers) => {
    const mine = uses.filter(({ key }) => key.startsWith(`<Keyof${topic}`));
    const { functions } = withKeys.warden;
    const roles = publishers.map((name) => flat(withKeys.stack.resolve(functions[name].role?.roleName)));
    expect(mine.flatMap((use) => use.roles).sort()).toEqual(roles.sort());
  });
});
