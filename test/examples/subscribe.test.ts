import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flat, list, type Properties, type Resource } from '../lib/synth.ts';
import { synthesisFlags } from '../lib/synthesis-flags.ts';

const run = promisify(execFile);
const root = join(import.meta.dirname, '../..');
const bin = join(root, 'node_modules/.bin');
const app = 'examples/subscribe/app.ts';
const outdir = mkdtempSync(join(tmpdir(), 'subscribe-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

let resources: Record<string, Resource & { DependsOn?: string | string[] }> = {};

/** The package imports itself by its name, as built; test/build/package.test.ts checks the types of the app as packed. */
beforeAll(async () => {
  const { context } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
  await run(join(bin, 'node'), [...synthesisFlags, app], {
    cwd: root,
    env: { ...process.env, CDK_OUTDIR: outdir, CDK_CONTEXT_JSON: JSON.stringify(context) },
  });
  resources = JSON.parse(readFileSync(join(outdir, 'Upstreams.template.json'), 'utf8')).Resources;
}, 120_000);

const entries = (type: string) => Object.entries(resources).filter(([, { Type }]) => Type === type);

/** The logical id of the only resource of a type whose id begins with this. */
function idOf(type: string, start: string): string {
  const ids = entries(type)
    .map(([id]) => id)
    .filter((id) => id.startsWith(start));
  expect(ids, `${type} ${start}`).toHaveLength(1);
  return ids[0] ?? '';
}
const queue = (start: string) => idOf('AWS::SQS::Queue', start);
const redriveTopic = () => idOf('AWS::SNS::Topic', 'WardenRedrives');

/** The subscription to the redrive topic that accepts one workflow. */
function subscriptionOf(workflow: string): Properties {
  const found = entries('AWS::SNS::Subscription')
    .map(([, { Properties }]) => Properties)
    .filter(({ FilterPolicy }) => JSON.stringify(FilterPolicy) === JSON.stringify({ workflow: [workflow] }));
  expect(found, workflow).toHaveLength(1);
  expect(flat(found[0]?.TopicArn)).toBe(`<${redriveTopic()}>`);
  return found[0] ?? {};
}

/** CloudFormation inserts the password, so the template contains none. */
const endpointUrl = () => {
  const secret = `{{resolve:secretsmanager:<${idOf('AWS::SecretsManager::Secret', 'InvoicesPassword')}>:SecretString:::}}`;
  return `https://sns:${secret}@invoices.example.com/resume`;
};

/** The statements about a queue in the policies of queues. */
function statementsFor(queueId: string): Properties[] {
  return entries('AWS::SQS::QueuePolicy')
    .filter(([, { Properties }]) =>
      Properties.Queues.some((target: unknown) => flat(target) === `<${queueId}>`),
    )
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
}

/** What a role may do according to its own policies. */
function statementsOf(roleId: string): Properties[] {
  return entries('AWS::IAM::Policy')
    .filter(([, { Properties }]) => Properties.Roles.some((role: unknown) => flat(role) === `<${roleId}>`))
    .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement);
}

test("CDK's rules for templates have no finding; the warden warns that nobody is subscribed to its topics", () => {
  const { pluginReports } = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  const rules = pluginReports.flatMap(({ violations }: { violations: { ruleName: string }[] }) =>
    violations.map(({ ruleName }) => ruleName.replace('Annotation::process-warden:', '')),
  );
  expect(rules).toEqual(['notificationTopicWithoutSubscription', 'alarmTopicWithoutSubscription']);
});

describe('each upstream service receives the items of its own workflow', () => {
  test('and no subscription receives all', () => {
    const toTheTopic = entries('AWS::SNS::Subscription')
      .map(([, { Properties }]) => Properties)
      .filter(({ TopicArn }) => flat(TopicArn) === `<${redriveTopic()}>`);
    expect(toTheTopic.map(({ FilterPolicy }) => FilterPolicy.workflow).sort()).toEqual([
      ['backups'],
      ['invoices'],
      ['orders'],
      ['uploads'],
    ]);
    // By message attributes, which have the workflow: the default.
    for (const { FilterPolicyScope } of toTheTopic) expect(FilterPolicyScope).toBeUndefined();
  });

  test.each([
    ['orders', 'sqs', () => `<${queue('Orders')}.Arn>`, true],
    ['backups', 'sqs', () => `<${queue('Backups')}.Arn>`, true],
    ['invoices', 'https', () => endpointUrl(), true],
    ['uploads', 'lambda', () => `<${idOf('AWS::Lambda::Function', 'ResumeUpload')}.Arn>`, undefined],
  ])('%s by %s; what cannot be delivered is kept', (workflow, protocol, endpoint, raw) => {
    const subscription = subscriptionOf(workflow);
    expect(subscription.Protocol).toBe(protocol);
    expect(flat(subscription.Endpoint)).toBe(endpoint());
    expect(subscription.RawMessageDelivery).toBe(raw);
    expect(flat(subscription.RedrivePolicy.deadLetterTargetArn)).toBe(`<${queue('NotResumed')}.Arn>`);
  });
});

test.each(['Orders', 'Backups'])(
  'only the redrive topic may send to the queue %s, and only over TLS',
  (id) => {
    const statements = statementsFor(queue(id));
    expect(statements.filter(({ Effect }) => Effect === 'Allow')).toEqual([
      {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: { 'Fn::GetAtt': [queue(id), 'Arn'] },
        Condition: { ArnEquals: { 'aws:SourceArn': { Ref: redriveTopic() } } },
      },
    ]);
    expect(statements).toContainEqual(
      expect.objectContaining({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
  },
);

test('messages for which the function fails go to the dead-letter queue too, to which nothing else may send', () => {
  const allowed = statementsFor(queue('NotResumed')).filter(({ Effect }) => Effect === 'Allow');
  expect(allowed.length).toBeGreaterThan(0);
  for (const { Principal, Action, Condition } of allowed) {
    expect([Principal, Action]).toEqual([{ Service: 'sns.amazonaws.com' }, 'sqs:SendMessage']);
    expect(Condition).toEqual({ ArnEquals: { 'aws:SourceArn': { Ref: redriveTopic() } } });
  }
  const { DeadLetterConfig } = resources[idOf('AWS::Lambda::Function', 'ResumeUpload')]?.Properties ?? {};
  const deadLetters = { 'Fn::GetAtt': [queue('NotResumed'), 'Arn'] };
  expect(DeadLetterConfig.TargetArn).toEqual(deadLetters);
  expect(statementsOf(idOf('AWS::IAM::Role', 'ResumeUploadServiceRole'))).toEqual([
    { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: deadLetters },
  ]);
});

test.each(['Orders', 'Backups'])(
  'the queue %s is encrypted and gives up a message after five deliveries',
  (id) => {
    const { SqsManagedSseEnabled, RedrivePolicy } = resources[queue(id)]?.Properties ?? {};
    expect(SqsManagedSseEnabled).toBe(true);
    expect(RedrivePolicy.maxReceiveCount).toBe(5);
    expect(flat(RedrivePolicy.deadLetterTargetArn)).toBe(`<${queue('NotResumed')}.Arn>`);
  },
);

test('the redrive topic may invoke the function, and nothing else may', () => {
  const resumeUpload = idOf('AWS::Lambda::Function', 'ResumeUpload');
  const permissions = entries('AWS::Lambda::Permission')
    .map(([, { Properties }]) => Properties)
    .filter(({ FunctionName }) => flat(FunctionName) === `<${resumeUpload}.Arn>`);
  expect(permissions).toEqual([
    {
      Action: 'lambda:InvokeFunction',
      FunctionName: { 'Fn::GetAtt': [resumeUpload, 'Arn'] },
      Principal: 'sns.amazonaws.com',
      SourceArn: { Ref: redriveTopic() },
    },
  ]);
});

test('the bundle of the function is a module with a handler', async () => {
  const assets = readdirSync(outdir).filter((name) => name.startsWith('asset.'));
  const [folder = ''] = assets.filter((name) => {
    const [file] = readdirSync(join(outdir, name)).filter((path) => path.startsWith('index.'));
    return file !== undefined && readFileSync(join(outdir, name, file), 'utf8').includes('idempotency-key');
  });
  const { handler } = await import(join(outdir, folder, 'index.js'));
  // Security L11: Lambda logs what is thrown.
  for (const Message of ['{}', '{"id":"secret"}', 'secret']) {
    const refused = handler({ Records: [{ Sns: { Message } }] });
    await expect(refused).rejects.toThrow(/^not a redrive message: (?!.*secret)/);
  }
});

test('the pipe starts the state machine with the messages of the queue, one at a time', () => {
  const pipe = resources[idOf('AWS::Pipes::Pipe', 'ResumeBackups')];
  const machine = idOf('AWS::StepFunctions::StateMachine', 'ResumeBackup');
  const role = idOf('AWS::IAM::Role', 'PipeRole');
  const { Source, Target, RoleArn, SourceParameters, TargetParameters } = pipe?.Properties ?? {};
  expect([flat(Source), flat(Target), flat(RoleArn)]).toEqual([
    `<${queue('Backups')}.Arn>`,
    `<${machine}>`,
    `<${role}.Arn>`,
  ]);
  expect(SourceParameters).toEqual({ SqsQueueParameters: { BatchSize: 1 } });
  expect(TargetParameters).toEqual({
    InputTemplate: '<$.body>',
    StepFunctionStateMachineParameters: { InvocationType: 'FIRE_AND_FORGET' },
  });
  // Created after the policy of the role, without which the pipe would be refused.
  const policy = idOf('AWS::IAM::Policy', 'PipeRoleDefaultPolicy');
  expect(list(pipe?.DependsOn)).toEqual(expect.arrayContaining([role, policy]));
});

test('the role of the pipe may read that queue and start that state machine, and no more', () => {
  const role = idOf('AWS::IAM::Role', 'PipeRole');
  const { AssumeRolePolicyDocument, ManagedPolicyArns, Policies } = resources[role]?.Properties ?? {};
  expect([ManagedPolicyArns, Policies]).toEqual([undefined, undefined]);
  expect(AssumeRolePolicyDocument.Statement).toEqual([
    {
      Effect: 'Allow',
      Action: 'sts:AssumeRole',
      Principal: { Service: 'pipes.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    },
  ]);
  expect(statementsOf(role)).toEqual([
    {
      Effect: 'Allow',
      Action: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
      Resource: { 'Fn::GetAtt': [queue('Backups'), 'Arn'] },
    },
    {
      Effect: 'Allow',
      Action: 'states:StartExecution',
      Resource: { Ref: idOf('AWS::StepFunctions::StateMachine', 'ResumeBackup') },
    },
  ]);
});

test('docs/redrive.md shows the lines of the example', () => {
  const lines = (text: string) => text.split('\n').map((line) => line.trim());
  const docs = readFileSync(join(root, 'docs/redrive.md'), 'utf8');
  const [, shown = ''] = /^```ts\n(.*?)^```$/ms.exec(docs) ?? [];
  const known = new Set(lines(readFileSync(join(root, app), 'utf8')));
  expect(lines(shown).length).toBeGreaterThan(20);
  expect(lines(shown).filter((line) => !known.has(line))).toEqual([]);
});
