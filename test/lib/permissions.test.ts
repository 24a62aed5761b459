import { describe, expect, test } from 'vitest';
import { type FunctionName, functionNames } from '../../lib/function-names.ts';
import { flat, list, type Properties, type Resource, synthesise, synthesisePlain } from './synth.ts';

const { stack, warden, resources } = synthesisePlain();

/** The names by which the tables below call what a policy is about. */
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

/** Every policy statement of a role, wherever the template keeps it. */
function statementsOf(id: string): Properties[] {
  const attached = Object.values(resources('AWS::IAM::Policy')).filter(({ Properties: { Roles } }) =>
    list(Roles).some((role) => flat(role) === `<${id}>`),
  );
  const inline: Properties[] = resources('AWS::IAM::Role')[id]?.Properties.Policies ?? [];
  return [...inline, ...attached.map(({ Properties }) => Properties)].flatMap(
    ({ PolicyDocument }) => PolicyDocument.Statement,
  );
}

/** What a statement is about, and of which kinds of records if it says so. */
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

describe('each function may do exactly this', () => {
  const expected: Record<FunctionName, string[]> = {
    register: [
      'dynamodb:GetItem on items',
      'dynamodb:GetItem on registry open-incident',
      'dynamodb:GetItem on registry registrations#*',
      'dynamodb:GetItem on registry workflow',
      'dynamodb:PutItem on items',
      'dynamodb:PutItem on registry open-incident',
      'dynamodb:UpdateItem on items',
      'dynamodb:UpdateItem on registry open-incident',
      'dynamodb:UpdateItem on registry registrations#*',
      'dynamodb:UpdateItem on registry tally#*',
      'dynamodb:UpdateItem on registry workflow',
      'iam:PassRole on timer role',
      'scheduler:CreateSchedule on timers',
      'scheduler:DeleteSchedule on timers',
      'sns:Publish on item event topic',
    ],
    read: ['dynamodb:GetItem on items'],
    progress: [
      'dynamodb:GetItem on items',
      'dynamodb:GetItem on registry open-incident',
      'dynamodb:GetItem on registry workflow',
      'dynamodb:PutItem on items',
      'dynamodb:PutItem on registry open-incident',
      'dynamodb:UpdateItem on items',
      'dynamodb:UpdateItem on registry open-incident',
      'iam:PassRole on timer role',
      'scheduler:CreateSchedule on timers',
      'sns:Publish on item event topic',
      'sns:Publish on notification topic',
    ],
    complete: [
      'dynamodb:DeleteItem on items',
      'dynamodb:GetItem on items',
      'dynamodb:GetItem on registry open-incident',
      'dynamodb:PutItem on registry open-incident',
      'dynamodb:UpdateItem on items',
      'dynamodb:UpdateItem on registry open-incident',
      'dynamodb:UpdateItem on registry tally#*',
      'scheduler:DeleteSchedule on timers',
      'sns:Publish on item event topic',
    ],
    batch: [
      'dynamodb:DeleteItem on items',
      'dynamodb:GetItem on items',
      'dynamodb:GetItem on registry open-incident',
      'dynamodb:GetItem on registry registrations#*',
      'dynamodb:GetItem on registry workflow',
      'dynamodb:PutItem on items',
      'dynamodb:PutItem on registry open-incident',
      'dynamodb:UpdateItem on items',
      'dynamodb:UpdateItem on registry open-incident',
      'dynamodb:UpdateItem on registry registrations#*',
      'dynamodb:UpdateItem on registry tally#*',
      'dynamodb:UpdateItem on registry workflow',
      'iam:PassRole on timer role',
      'scheduler:CreateSchedule on timers',
      'scheduler:DeleteSchedule on timers',
      'sns:Publish on item event topic',
      'sns:Publish on notification topic',
    ],
    list: [
      'dynamodb:BatchGetItem on items',
      'dynamodb:Query on items by-due',
      'dynamodb:Query on items by-registered',
    ],
    'start-redrive': [
      'dynamodb:BatchGetItem on items',
      'dynamodb:PutItem on registry audit',
      'dynamodb:PutItem on registry dated-redrive',
      'dynamodb:PutItem on registry redrive',
      'dynamodb:PutItem on registry running-redrive',
      'dynamodb:Query on items by-registered',
      'dynamodb:Query on registry running-redrive',
      'sns:GetTopicAttributes on redrive topic',
    ],
    discard: [
      'dynamodb:BatchGetItem on items',
      'dynamodb:GetItem on registry redrive',
      'dynamodb:PutItem on registry audit',
      'dynamodb:PutItem on registry dated-redrive',
      'dynamodb:PutItem on registry redrive',
      'dynamodb:PutItem on registry running-redrive',
      'dynamodb:Query on items by-registered',
      'dynamodb:Query on registry running-redrive',
    ],
    'list-redrives': ['dynamodb:Query on registry redrive'],
    'read-redrive': ['dynamodb:GetItem on registry redrive'],
    'change-redrive': [
      'dynamodb:GetItem on registry redrive',
      'dynamodb:PutItem on registry audit',
      'dynamodb:PutItem on registry redrive',
    ],
    'run-redrives': [
      'dynamodb:BatchGetItem on items',
      'dynamodb:DeleteItem on items',
      'dynamodb:DeleteItem on registry running-redrive',
      'dynamodb:GetItem on items',
      'dynamodb:GetItem on registry open-incident',
      'dynamodb:GetItem on registry redrive',
      'dynamodb:GetItem on registry workflow',
      'dynamodb:PutItem on items',
      'dynamodb:PutItem on registry open-incident',
      'dynamodb:PutItem on registry redrive',
      'dynamodb:Query on items by-registered',
      'dynamodb:Query on registry running-redrive',
      'dynamodb:UpdateItem on items',
      'dynamodb:UpdateItem on registry open-incident',
      'dynamodb:UpdateItem on registry tally#*',
      'iam:PassRole on timer role',
      'scheduler:CreateSchedule on timers',
      'scheduler:DeleteSchedule on timers',
      'sns:GetTopicAttributes on redrive topic',
      'sns:Publish on item event topic',
      'sns:Publish on redrive topic',
    ],
    'list-audit': ['dynamodb:Query on registry audit'],
    'list-workflows': ['dynamodb:Query on items by-due', 'dynamodb:Query on registry workflow'],
    'read-workflow': ['dynamodb:GetItem on registry workflow', 'dynamodb:Query on items by-due'],
    'save-workflow': [
      'dynamodb:GetItem on registry workflow',
      'dynamodb:PutItem on registry audit',
      'dynamodb:Query on items by-due',
      'dynamodb:UpdateItem on registry workflow',
    ],
    'remove-workflow': [
      'dynamodb:GetItem on registry workflow',
      'dynamodb:PutItem on registry audit',
      'dynamodb:Query on items by-due',
      'dynamodb:UpdateItem on registry workflow',
    ],
    'silence-workflow': [
      'dynamodb:GetItem on registry workflow',
      'dynamodb:PutItem on registry audit',
      'dynamodb:UpdateItem on registry workflow',
    ],
    'end-silence': [
      'dynamodb:GetItem on registry workflow',
      'dynamodb:PutItem on registry audit',
      'dynamodb:UpdateItem on registry workflow',
    ],
    'list-incidents': [
      'dynamodb:Query on registry ending-incident',
      'dynamodb:Query on registry incident',
      'dynamodb:Query on registry open-incident',
    ],
    'read-incident': [
      'dynamodb:GetItem on registry ending-incident',
      'dynamodb:GetItem on registry incident',
      'dynamodb:Query on registry open-incident',
    ],
    'acknowledge-incident': [
      'dynamodb:GetItem on registry ending-incident',
      'dynamodb:GetItem on registry incident',
      'dynamodb:PutItem on registry audit',
      'dynamodb:Query on registry open-incident',
      'dynamodb:UpdateItem on registry open-incident',
    ],
    'check-health': [
      'dynamodb:GetItem on items',
      'dynamodb:GetItem on registry warden',
      'dynamodb:GetItem on registry workflow',
      'scheduler:GetScheduleGroup on timer group',
    ],
    'read-openapi': [],
    'answer-unrouted': [],
    'check-timers': [
      'dynamodb:BatchGetItem on items',
      'dynamodb:DeleteItem on items',
      'dynamodb:GetItem on items',
      'dynamodb:GetItem on registry open-incident',
      'dynamodb:GetItem on registry warden',
      'dynamodb:GetItem on registry workflow',
      'dynamodb:PutItem on registry open-incident',
      'dynamodb:UpdateItem on items',
      'dynamodb:UpdateItem on registry open-incident',
      'dynamodb:UpdateItem on registry warden',
      'iam:PassRole on timer role',
      'scheduler:CreateSchedule on timers',
      'sns:Publish on item event topic',
      'sns:Publish on notification topic',
      'sqs:DeleteMessage on expired timers',
      'sqs:GetQueueAttributes on expired timers',
      'sqs:ReceiveMessage on expired timers',
    ],
    authorize: ['dynamodb:GetItem on registry token', 'dynamodb:UpdateItem on registry token'],
    'create-token': ['dynamodb:PutItem on registry audit', 'dynamodb:PutItem on registry token'],
    'list-tokens': ['dynamodb:Query on registry token'],
    'revoke-token': [
      'dynamodb:GetItem on registry token',
      'dynamodb:PutItem on registry audit',
      'dynamodb:UpdateItem on registry token',
    ],
    sweep: [
      'dynamodb:BatchGetItem on items',
      'dynamodb:BatchGetItem on registry tally#*',
      'dynamodb:DeleteItem on items',
      'dynamodb:DeleteItem on registry audit',
      'dynamodb:DeleteItem on registry dated-redrive',
      'dynamodb:DeleteItem on registry ending-incident',
      'dynamodb:DeleteItem on registry incident',
      'dynamodb:DeleteItem on registry open-incident',
      'dynamodb:DeleteItem on registry redrive',
      'dynamodb:DeleteItem on registry tally#*',
      'dynamodb:GetItem on items',
      'dynamodb:GetItem on registry last-incident',
      'dynamodb:GetItem on registry open-incident',
      'dynamodb:GetItem on registry registrations#*',
      'dynamodb:GetItem on registry warden',
      'dynamodb:GetItem on registry workflow',
      'dynamodb:PutItem on items',
      'dynamodb:PutItem on registry audit',
      'dynamodb:PutItem on registry dated-redrive',
      'dynamodb:PutItem on registry ending-incident',
      'dynamodb:PutItem on registry incident',
      'dynamodb:PutItem on registry last-incident',
      'dynamodb:PutItem on registry open-incident',
      'dynamodb:PutItem on registry redrive',
      'dynamodb:PutItem on registry running-redrive',
      'dynamodb:Query on items by-due',
      'dynamodb:Query on registry audit',
      'dynamodb:Query on registry dated-redrive',
      'dynamodb:Query on registry ending-incident',
      'dynamodb:Query on registry incident',
      'dynamodb:Query on registry open-incident',
      'dynamodb:Query on registry redrive',
      'dynamodb:Query on registry workflow',
      'dynamodb:UpdateItem on items',
      'dynamodb:UpdateItem on registry open-incident',
      'dynamodb:UpdateItem on registry warden',
      'iam:PassRole on timer role',
      'scheduler:CreateSchedule on timers',
      'sns:Publish on item event topic',
      'sns:Publish on notification topic',
    ],
  };

  test.each(functionNames)('%s', (name) => {
    const log = allowed(roleOf(name)).filter((line) => line.startsWith('logs:'));
    const logGroup = stack.resolve(warden.functions[name].logGroup.logGroupArn);
    expect(log).toEqual([
      `logs:CreateLogStream on ${flat(logGroup)}`,
      `logs:PutLogEvents on ${flat(logGroup)}`,
    ]);
    expect(allowed(roleOf(name)).filter((line) => !log.includes(line))).toEqual(expected[name]);
  });

  test('and no two share a role', () => {
    expect(new Set(functionNames.map(roleOf)).size).toBe(functionNames.length);
  });
});

describe('the roles of EventBridge Scheduler', () => {
  const id = (arn: string): string => stack.resolve(arn)['Fn::GetAtt'][0];
  const trust = (role: Resource | undefined) => role?.Properties.AssumeRolePolicyDocument.Statement;

  test('the timer role may write to the queue and to its dead letters, and nothing else', () => {
    expect(allowed(id(warden.timers.role.roleArn))).toEqual([
      'sqs:SendMessage on expired timers',
      'sqs:SendMessage on timer dead letters',
    ]);
  });

  test('the timer role is assumed for this group of this account only', () => {
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
    'the schedule of %s may invoke it and write to its dead letters, for its own group only',
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

test('one role can be passed, and to Scheduler only', () => {
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

test('of the registry every function reaches the kinds of records that it names, and nothing by naming none', () => {
  const registry = flat(stack.resolve(warden.registryTable.tableArn));
  const statements = roles
    .flatMap(([id]) => statementsOf(id))
    .filter(({ Resource }) => list(Resource).some((resource) => flat(resource) === registry));
  expect(statements.length).toBeGreaterThan(functionNames.length);
  for (const { Condition } of statements) {
    // ForAllValues alone also holds for a call without a partition key, as a Scan is.
    expect(Condition).toEqual({
      'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': expect.stringMatching(/^[a-z-]+(#\*)?$/) },
      Null: { 'dynamodb:LeadingKeys': 'false' },
    });
  }
});

test('tokens are reached by the functions of tokens only', () => {
  const reaching = functionNames.filter((name) =>
    allowed(roleOf(name)).some((line) => line.endsWith(' on registry token')),
  );
  expect(reaching.sort()).toEqual(['authorize', 'create-token', 'list-tokens', 'revoke-token']);
});

test('the policies of no role are longer than IAM takes, with room for what an app allows besides', () => {
  const longArn = 'x'.repeat(150);
  for (const name of functionNames) {
    const policies: Properties[] = resources('AWS::IAM::Role')[roleOf(name)]?.Properties.Policies ?? [];
    const text = JSON.stringify(
      policies.map(({ PolicyDocument }) => PolicyDocument),
      (_, value) => (value?.['Fn::GetAtt'] || value?.['Fn::Join'] || value?.Ref ? longArn : value),
    );
    // IAM takes 10,240.
    expect(text.length, name).toBeLessThan(7_000);
  }
});

test('the timers of the group are the only wildcard, besides kinds of records that go on with an id', () => {
  const wildcards = roles
    .flatMap(([id]) => allowed(id))
    .filter((line) => line.replace(/ on registry (tally|registrations)#\*$/, '').includes('*'));
  const schedules = flat(stack.resolve(warden.timers.schedulesArn));
  expect(schedules).toMatch(/:schedule\/<\w+>\/\*$/);
  expect(wildcards).toEqual([]);
  expect(Object.keys(names).filter((arn) => arn.includes('*'))).toEqual([schedules]);
});

test('no role has a managed policy', () => {
  for (const [, { Properties }] of roles) expect(Properties.ManagedPolicyArns).toBeUndefined();
});

test('with X-Ray every function may send traces besides', () => {
  const traced = synthesise({ xray: true });
  const policies = Object.values(traced.resources('AWS::IAM::Policy'));
  expect(policies).toHaveLength(functionNames.length);
  for (const { Properties } of policies) {
    expect(Properties.PolicyDocument.Statement).toEqual([
      { Effect: 'Allow', Action: ['xray:PutTelemetryRecords', 'xray:PutTraceSegments'], Resource: '*' },
    ]);
  }
  for (const { Properties } of Object.values(traced.resources('AWS::Lambda::Function'))) {
    expect(Properties.TracingConfig).toEqual({ Mode: 'Active' });
  }
});
