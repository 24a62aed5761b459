import { EventField, Rule } from 'aws-cdk-lib/aws-events';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { expect, test } from 'vitest';
import { parseEnvironment } from '../../core/lambda/entry.ts';
import { environments } from '../../core/names/environments.ts';
import { permissions } from '../../lib/permissions.ts';
import { flat, type Properties, synthesise, synthesisePlain } from './synth.ts';

const { stack, warden, resources } = synthesise({ ingest: true }, (made) => {
  made.grantIngest(new Role(made, 'Pipeline', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }));
  new Rule(made, 'Uploaded', {
    eventPattern: { source: ['aws.s3'] },
    targets: [
      made.ingestTarget({
        workflow: 'scans',
        op: 'register',
        item: EventField.fromPath('$.detail.object.key'),
        run: EventField.eventId,
        timeout: '15m',
      }),
    ],
  });
});
const idOf = (value: unknown): string => flat(stack.resolve(value)).slice(1, -1);
const queueId = idOf(warden.ingest?.queue.queueUrl);
const deadLettersId = idOf(warden.ingest?.deadLetters.queueUrl);
const properties = (id: string): Properties => resources()[id]?.Properties ?? {};

test('there is no ingest queue unless it is asked for, and what needs it says so', () => {
  const plain = synthesisePlain();
  expect(JSON.stringify(plain.resources())).not.toMatch(/ingest/i);
  expect(() => plain.warden.grantIngest(plain.warden.functions.sweep)).toThrow(
    'grantIngest needs the ingest queue: set `ingest: true`',
  );
  expect(() => plain.warden.ingestTarget({ workflow: 'scans', op: 'complete', item: 'x' })).toThrow(
    'ingestTarget needs the ingest queue: set `ingest: true`',
  );
});

test('messages that fail come again after a minute, and in the end go to the dead letters (P7)', () => {
  expect(properties(queueId)).toMatchObject({
    VisibilityTimeout: 60,
    SqsManagedSseEnabled: true,
    RedrivePolicy: { maxReceiveCount: 10, deadLetterTargetArn: { 'Fn::GetAtt': [deadLettersId, 'Arn'] } },
  });
  const mapping = Object.values(resources('AWS::Lambda::EventSourceMapping'))
    .map(({ Properties }) => Properties)
    .find(({ EventSourceArn }) => EventSourceArn['Fn::GetAtt'][0] === queueId);
  expect(mapping).toMatchObject({
    FunctionName: { Ref: idOf(warden.ingestFunction?.functionName) },
    BatchSize: 10,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
});

test('the function has its environment, and may do what a batch may and receive from its queue', () => {
  const { Environment, Timeout } = properties(idOf(warden.ingestFunction?.functionName));
  const values = Object.entries(Environment.Variables).map(([name, value]) => [name, flat(value)]);
  expect(() => parseEnvironment(environments.ingest, Object.fromEntries(values))).not.toThrow();
  expect(Timeout).toBeLessThan(60);
  const { 'ingest queue': receive, ...rest } = permissions.ingest;
  expect(rest).toEqual(permissions.batch);
  const { Policies } = properties(idOf(warden.ingestFunction?.role?.roleName));
  const statements: Properties[] = Policies.flatMap((policy: Properties) => policy.PolicyDocument.Statement);
  const onQueues = statements.filter(({ Action }) => [Action].flat().some((one) => one.startsWith('sqs:')));
  expect(onQueues).toEqual([
    { Effect: 'Allow', Action: receive, Resource: { 'Fn::GetAtt': [queueId, 'Arn'] } },
  ]);
});

test('a rule makes a message of each event, and may send it to this queue and its dead letters only', () => {
  const [rule] = Object.values(resources('AWS::Events::Rule'));
  expect(rule?.Properties.Targets).toEqual([
    {
      Id: 'Target0',
      Arn: { 'Fn::GetAtt': [queueId, 'Arn'] },
      DeadLetterConfig: { Arn: { 'Fn::GetAtt': [deadLettersId, 'Arn'] } },
      InputTransformer: {
        InputPathsMap: { 'detail-object-key': '$.detail.object.key', id: '$.id' },
        InputTemplate:
          '{"workflow":"scans","operations":[{"op":"register","item":<detail-object-key>,"run":<id>,"timeout":"15m"}]}',
      },
    },
  ]);
  const sending = Object.values(resources('AWS::SQS::QueuePolicy'))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Properties[])
    .filter(({ Principal }) => Principal?.Service === 'events.amazonaws.com');
  expect(sending.map(({ Resource }) => Resource['Fn::GetAtt'][0]).sort()).toEqual(
    [deadLettersId, queueId].sort(),
  );
  for (const { Condition } of sending) expect(JSON.stringify(Condition)).toContain('Uploaded');
});

test('alarms watch the dead letters, waiting messages, and the errors of the function', () => {
  const alarms = Object.entries(resources('AWS::CloudWatch::Alarm'));
  const of = (name: string) =>
    alarms.filter(([id]) => id.includes(name)).map(([, alarm]) => alarm.Properties);
  expect(of('IngestDeadLetters')).toMatchObject([
    { Threshold: 1, MetricName: 'ApproximateNumberOfMessagesVisible' },
  ]);
  expect(of('IngestWaiting')).toMatchObject([
    { Threshold: 300, MetricName: 'ApproximateAgeOfOldestMessage' },
  ]);
  expect(JSON.stringify(of('FunctionErrors'))).toContain(idOf(warden.ingestFunction?.functionName));
});
