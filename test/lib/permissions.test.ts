import { describe, expect, test } from 'vitest';
import { type FunctionName, functionNames } from '../../lib/function-names.ts';
import { flat, list, type Properties, type Resource, synthesiseChanged, synthesisePlain } from './synth.ts';

const { stack, warden, resources } = synthesisePlain();

/** The names that the tables below use for resources. */
const names: Record<string, string> = Object.fromEntries(
  Object.entries({
    items: warden.itemsTable.tableArn,
    'items by-time': warden.itemsTable.byTimeArn,
    registry: warden.registryTable.tableArn,
    timers: warden.timers.schedulesArn,
    'timer group': warden.timers.groupArn,
    'timer role': warden.timers.role.roleArn,
    'timer dead letters': warden.timers.deadLetters.queueArn,
    'expired timers': warden.expiredTimers.queue.queueArn,
    'notification topic': warden.notificationTopic.topicArn,
    'item event topic': warden.itemEventTopic.topicArn,
    'redrive topic': warden.redriveTopic.topicArn,
    sweep: warden.functions.sweep.functionArn,
    'run-redrives': warden.functions['run-redrives'].functionArn,
  }).map(([name, arn]) => [flat(stack.resolve(arn)), name]),
);

const roles = Object.entries(resources('AWS::IAM::Role'));

/** Every policy statement of a role, wherever the template has it. */
function statementsOf(id: string): Properties[] {
  const attached = Object.values(resources('AWS::IAM::Policy')).filter(({ Properties: { Roles } }) =>
    list(Roles).some((role) => flat(role) === `<${id}>`),
  );
  const inline: Properties[] = resources('AWS::IAM::Role')[id]?.Properties.Policies ?? [];
  return [...inline, ...attached.map(({ Properties }) => Properties)].flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );
}

/** The resource of a statement, and its kinds of records if it is limited to them. */
function nameOf(resource: unknown, condition: Properties = {}): string {
  const arn = flat(resource);
  const kinds = list(condition['ForAllValues:StringLike']?.['dynamodb:LeadingKeys']);
  return [names[arn] ?? arn, ...kinds].join(' ');
}

/** What a role may do, as "action on resource", in order. */
function allowed(id: string): string[] {
  return statementsOf(id)
    .flatMap(({ Effect, Action, Resource, Condition }) =>
      list<string>(Action).flatMap((action) =>
        list(Resource).map((resource) => `${Effect} ${action} on ${nameOf(resource, Condition)}`),
      ),
    )
    .map((line) => line.replace(/^Allow /, ''))
    .sort();
}

function roleOf(name: FunctionName): string {
  return stack.resolve(warden.functions[name].role?.roleArn)['Fn::GetAtt'][0];
}

describe('the roles of EventBridge Scheduler', () => {
  const id = (arn: string): string => stack.resolve(arn)['Fn::GetAtt'][0];
  const trust = (role: Resource | undefined) => role?.Properties.AssumeRolePolicyDocument.Statement;

  test('the role of timers may write to the queue and to its dead letters, and nothing else', () => {
    expect(allowed(id(warden.timers.role.roleArn))).toEqual([
      'sqs:SendMessage on expired timers',
      'sqs:SendMessage on timer dead letters',
    ]);
  });

  test('the role of timers can be assumed only for this group in this account', () => {
    const role = resources('AWS::IAM::Role')[id(warden.timers.role.roleArn)];
    expect(trust(role)).toEqual([
      {
        Effect: 'Allow',
        Action: 'sts:AssumeRole',
        Principal: { Service: 'scheduler.amazonaws.com' },
        Condition: {
          StringEquals: {
            'aws:SourceAccount': { Ref: 'AWS::AccountId' },
            'aws:SourceArn': stack.resolve(warden.timers.groupArn),
          },
        },
      },
    ]);
  });

  test.each(['sweep', 'run-redrives'] as const)(
    'the schedule of %s may invoke it and write to its dead letters, only for its own group',
    (name) => {
      const arn = flat(stack.resolve(warden.functions[name].functionArn));
      const schedule = Object.values(resources('AWS::Scheduler::Schedule')).find(
        ({ Properties }) => flat(Properties.Target.Arn) === arn,
      );
      const [role] = schedule?.Properties.Target.RoleArn['Fn::GetAtt'] ?? [];
      expect(allowed(role)).toEqual([
        `lambda:InvokeFunction on ${name}`,
        `sqs:SendMessage on ${flat(schedule?.Properties.Target.DeadLetterConfig.Arn)}`,
      ]);
      expect(trust(resources('AWS::IAM::Role')[role])[0].Condition.StringEquals['aws:SourceArn']).toEqual({
        'Fn::GetAtt': [schedule?.Properties.GroupName.Ref, 'Arn'],
      });
    },
  );
});

test('one role can be passed, and only to Scheduler', () => {
  const passing = roles
    .flatMap(([id]) => statementsOf(id))
    .filter(({ Action }) => list(Action).includes('iam:PassRole'));
  expect(passing).toHaveLength(6);
  for (const statement of passing) {
    expect(statement).toEqual({
      Effect: 'Allow',
      Action: 'iam:PassRole',
      Resource: stack.resolve(warden.timers.role.roleArn),
      Condition: { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } },
    });
  }
});

test('the health check counts the messages of every dead-letter queue that has an alarm', () => {
  const queues = Object.values(resources('AWS::CloudWatch::Alarm'))
    .filter(({ Properties: { MetricName } }) => MetricName === 'ApproximateNumberOfMessagesVisible')
    .map(({ Properties: { Dimensions } }) => Dimensions[0].Value['Fn::GetAtt'][0]);
  expect(queues.length).toBeGreaterThanOrEqual(4);
  const role = roleOf('check-health');
  expect(allowed(role).filter((line) => line.startsWith('sqs:'))).toEqual(
    queues
      .map((id) => names[`<${id}.Arn>`] ?? `<${id}.Arn>`)
      .map((queue) => `sqs:GetQueueAttributes on ${queue}`)
      .sort(),
  );
  const variables = Object.values(resources('AWS::Lambda::Function'))
    .filter(({ Properties }) => flat(Properties.Role) === `<${role}.Arn>`)
    .map(({ Properties }) => flat(Properties.Environment.Variables.DEAD_LETTER_QUEUES));
  for (const id of queues) expect(variables[0]).toContain(`"url":"<${id}>"`);
  expect(variables[0]).toContain('{"name":"Timer dead letters",');
});

test('in the registry every function reaches the kinds of records that it names, and no call without a kind', () => {
  const registry = flat(stack.resolve(warden.registryTable.tableArn));
  const statements = roles
    .flatMap(([id]) => statementsOf(id))
    .filter(({ Resource }) => list(Resource).some((resource) => flat(resource) === registry));
  expect(statements.length).toBeGreaterThan(functionNames.length);
  for (const { Condition } of statements) {
    // ForAllValues alone also allows a call without a partition key, such as a Scan.
    expect(Condition).toEqual({
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': expect.stringMatching(/^[a-z-]+(#\*)?$/) },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    });
  }
});

test('only the functions for tokens reach tokens', () => {
  const reaching = functionNames.filter((name) =>
    allowed(roleOf(name)).some((line) => line.endsWith(' on registry token')),
  );
  expect(reaching.sort()).toEqual(['authorize', 'create-token', 'list-tokens', 'revoke-token']);
});

test('the policies of every role are shorter than IAM allows, with room for what an app adds', () => {
  const longArn = 'x'.repeat(150);
  for (const name of functionNames) {
    const policies: Properties[] = resources('AWS::IAM::Role')[roleOf(name)]?.Properties.Policies ?? [];
    const text = JSON.stringify(
      policies.map(({ PolicyDocument }) => PolicyDocument),
      (_, value) => (value?.['Fn::GetAtt'] || value?.['Fn::Join'] || value?.Ref ? longArn : value),
    );
    // IAM allows 10,240.
    expect(text.length, name).toBeLessThan(7_500);
  }
});

test('the only wildcards are the timers of the group, and kinds of records that end in an id', () => {
  const wildcards = roles
    .flatMap(([id]) => allowed(id))
    .filter((line) =>
      line.replace(/ on (registry (tally|registrations|statistics)|items health)#\*$/, '').includes('*'),
    );
  const schedules = flat(stack.resolve(warden.timers.schedulesArn));
  expect(schedules).toMatch(/:schedule\/<\w+>\/\*$/);
  expect(wildcards).toEqual([]);
  expect(Object.keys(names).filter((arn) => arn.includes('*'))).toEqual([schedules]);
});

test('no role has a managed policy', () => {
  for (const [, { Properties }] of roles) expect(Properties.ManagedPolicyArns).toBeUndefined();
});

test('with X-Ray every function may also send traces', () => {
  const traced = synthesiseChanged();
  for (const name of functionNames) {
    const { Policies } = traced.resources('AWS::IAM::Role')[roleOf(name)]?.Properties ?? {};
    const xray = Policies.find(({ PolicyName }: Properties) => PolicyName === 'xray');
    expect(xray.PolicyDocument.Statement).toEqual([
      { Effect: 'Allow', Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], Resource: '*' },
    ]);
  }
  // A resource for each of these policies would fill the stack.
  expect(traced.resources('AWS::IAM::Policy')).toEqual({});
  for (const { Properties } of Object.values(traced.resources('AWS::Lambda::Function'))) {
    expect(Properties.TracingConfig).toEqual({ Mode: 'Active' });
  }
});
