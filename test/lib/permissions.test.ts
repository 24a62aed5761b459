import { describe, expect, test } from 'vitest';
import { type FunctionName, functionNames } from '../../lib/function-names.ts';
import { flat, list, type Properties, type Resource, synthesise } from './synth.ts';

const { stack, warden, resources } = synthesise();

/** The names by which the tables below call what a policy is about. */
const names: Record<string, string> = Object.fromEntries(
  Object.entries({
    items: warden.itemsTable.tableArn,
    'items by-due': warden.itemsTable.indexArn('by-due'),
    'items by-registered': warden.itemsTable.indexArn('by-registered'),
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

/** What a role may do, as "action on resource", in order. */
function allowed(id: string): string[] {
  return statementsOf(id)
    .flatMap(({ Effect, Action, Resource }) =>
      list<string>(Action).flatMap((action) =>
        list(Resource).map((resource) => {
          const arn = flat(resource);
          return `${Effect} ${action} on ${names[arn] ?? arn}`;
        }),
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
      'dynamodb:GetItem on registry',
      'dynamodb:PutItem on items',
      'dynamodb:PutItem on registry',
      'dynamodb:UpdateItem on items',
      'dynamodb:UpdateItem on registry',
      'iam:PassRole on timer role',
      'scheduler:CreateSchedule on timers',
      'scheduler:DeleteSchedule on timers',
      'sns:Publish on item event topic',
    ],
    read: ['dynamodb:GetItem on items'],
    progress: [
      'dynamodb:GetItem on items',
      'dynamodb:GetItem on registry',
      'dynamodb:PutItem on items',
      'dynamodb:PutItem on registry',
      'dynamodb:UpdateItem on items',
      'dynamodb:UpdateItem on registry',
      'iam:PassRole on timer role',
      'scheduler:CreateSchedule on timers',
      'sns:Publish on item event topic',
      'sns:Publish on notification topic',
    ],
    complete: [
      'dynamodb:DeleteItem on items',
      'dynamodb:GetItem on items',
      'dynamodb:GetItem on registry',
      'dynamodb:PutItem on registry',
      'dynamodb:UpdateItem on items',
      'dynamodb:UpdateItem on registry',
      'scheduler:DeleteSchedule on timers',
      'sns:Publish on item event topic',
    ],
    batch: [
      'dynamodb:DeleteItem on items',
      'dynamodb:GetItem on items',
      'dynamodb:GetItem on registry',
      'dynamodb:PutItem on items',
      'dynamodb:PutItem on registry',
      'dynamodb:UpdateItem on items',
      'dynamodb:UpdateItem on registry',
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
    'start-redrive': ['dynamodb:PutItem on registry', 'dynamodb:Query on items by-registered'],
    discard: [
      'dynamodb:GetItem on registry',
      'dynamodb:PutItem on registry',
      'dynamodb:Query on items by-registered',
    ],
    'list-redrives': ['dynamodb:Query on registry'],
    'read-redrive': ['dynamodb:GetItem on registry'],
    'change-redrive': ['dynamodb:GetItem on registry', 'dynamodb:PutItem on registry'],
    'run-redrives': [
      'dynamodb:BatchGetItem on items',
      'dynamodb:DeleteItem on items',
      'dynamodb:DeleteItem on registry',
      'dynamodb:GetItem on items',
      'dynamodb:GetItem on registry',
      'dynamodb:PutItem on items',
      'dynamodb:PutItem on registry',
      'dynamodb:Query on items by-registered',
      'dynamodb:Query on registry',
      'dynamodb:UpdateItem on items',
      'dynamodb:UpdateItem on registry',
      'iam:PassRole on timer role',
      'scheduler:CreateSchedule on timers',
      'scheduler:DeleteSchedule on timers',
      'sns:Publish on item event topic',
      'sns:Publish on redrive topic',
    ],
    'list-audit': ['dynamodb:Query on registry'],
    'list-workflows': ['dynamodb:Query on items by-due', 'dynamodb:Query on registry'],
    'read-workflow': ['dynamodb:GetItem on registry', 'dynamodb:Query on items by-due'],
    'save-workflow': [
      'dynamodb:GetItem on registry',
      'dynamodb:PutItem on registry',
      'dynamodb:Query on items by-due',
      'dynamodb:UpdateItem on registry',
    ],
    'remove-workflow': [
      'dynamodb:GetItem on registry',
      'dynamodb:PutItem on registry',
      'dynamodb:Query on items by-due',
      'dynamodb:UpdateItem on registry',
    ],
    'silence-workflow': [
      'dynamodb:GetItem on registry',
      'dynamodb:PutItem on registry',
      'dynamodb:UpdateItem on registry',
    ],
    'end-silence': [
      'dynamodb:GetItem on registry',
      'dynamodb:PutItem on registry',
      'dynamodb:UpdateItem on registry',
    ],
    'list-incidents': ['dynamodb:Query on registry'],
    'read-incident': ['dynamodb:GetItem on registry', 'dynamodb:Query on registry'],
    'acknowledge-incident': [
      'dynamodb:GetItem on registry',
      'dynamodb:PutItem on registry',
      'dynamodb:Query on registry',
      'dynamodb:UpdateItem on registry',
    ],
    'check-health': [
      'dynamodb:GetItem on items',
      'dynamodb:GetItem on registry',
      'scheduler:GetScheduleGroup on timer group',
    ],
    'read-openapi': [],
    'answer-unrouted': [],
    'check-timers': [
      'dynamodb:BatchGetItem on items',
      'dynamodb:DeleteItem on items',
      'dynamodb:GetItem on items',
      'dynamodb:GetItem on registry',
      'dynamodb:PutItem on registry',
      'dynamodb:UpdateItem on items',
      'dynamodb:UpdateItem on registry',
      'iam:PassRole on timer role',
      'scheduler:CreateSchedule on timers',
      'sns:Publish on item event topic',
      'sns:Publish on notification topic',
      'sqs:DeleteMessage on expired timers',
      'sqs:GetQueueAttributes on expired timers',
      'sqs:ReceiveMessage on expired timers',
    ],
    authorize: ['dynamodb:GetItem on registry', 'dynamodb:UpdateItem on registry'],
    'create-token': ['dynamodb:PutItem on registry'],
    'list-tokens': ['dynamodb:Query on registry'],
    'revoke-token': [
      'dynamodb:GetItem on registry',
      'dynamodb:PutItem on registry',
      'dynamodb:UpdateItem on registry',
    ],
    sweep: [
      'dynamodb:BatchGetItem on items',
      'dynamodb:BatchGetItem on registry',
      'dynamodb:DeleteItem on items',
      'dynamodb:DeleteItem on registry',
      'dynamodb:GetItem on items',
      'dynamodb:GetItem on registry',
      'dynamodb:PutItem on items',
      'dynamodb:PutItem on registry',
      'dynamodb:Query on items by-due',
      'dynamodb:Query on items by-registered',
      'dynamodb:Query on registry',
      'dynamodb:UpdateItem on items',
      'dynamodb:UpdateItem on registry',
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

test('the timers of the group are the only wildcard', () => {
  const wildcards = roles.flatMap(([id]) => allowed(id)).filter((line) => line.includes('*'));
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
