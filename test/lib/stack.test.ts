import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnResource, Stack, Validations } from 'aws-cdk-lib';
import { CfnTopic } from 'aws-cdk-lib/aws-sns';
import type { IConstruct } from 'constructs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ProcessWarden } from '../../lib/process-warden.ts';
import { appWith, everything } from './stack-with-settings.ts';
import { bundles, context, root } from './synth.ts';

const outdir = mkdtempSync(join(tmpdir(), 'warden-cdk-'));
afterAll(() => rmSync(outdir, { recursive: true }));

/** Checks of the whole template take seconds of a processor, and far longer while other tests use it. */
const minutes = 180_000;

describe('with every setting', () => {
  const { app, stack } = appWith(everything, outdir);
  let template = '';
  beforeAll(() => {
    // Throws when cdk-nag or CDK's own rules find anything.
    app.synth();
    template = readFileSync(join(outdir, stack.templateFile), 'utf8');
  }, minutes);

  test('cdk-nag and the template rules have no finding', () => {
    const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
    expect(report.pluginReports).toEqual([]);
  });

  test('every acknowledged finding has a reason', () => {
    const acknowledged = app.node.findAll().flatMap(acknowledgements);
    expect(acknowledged.length).toBeGreaterThan(0);
    for (const [id, reason] of acknowledged) {
      expect(reason, id).toMatch(/^\w.{30,}\.$/);
    }
  });

  test('only these findings are acknowledged', () => {
    const ids = app.node
      .findAll()
      .flatMap(acknowledgements)
      .map(([id]) => id.replace(/^Annotation::/i, ''));
    expect([...new Set(ids)].sort()).toEqual([
      'AwsSolutions-APIG4',
      'AwsSolutions-IAM5[Resource::*]',
      expect.stringMatching(
        /^AwsSolutions-IAM5\[Resource::arn:.*:schedule\/<ProcessWardenTimersGroup\w+>\/\*\]$/,
      ),
      'AwsSolutions-SQS3',
    ]);
  });

  test('the outputs have what users need', () => {
    expect(Object.keys(JSON.parse(template).Outputs).sort()).toEqual([
      'AlarmTopicArn',
      'ChatTopicArn',
      'CreateTokenFunctionName',
      'DashboardName',
      'ExpiredTimersQueueUrl',
      'IamApiUrl',
      'IngestQueueUrl',
      'ItemEventTopicArn',
      'ItemsTableName',
      'NotificationTopicArn',
      'RedriveTopicArn',
      'RegistryTableName',
      'TimerGroupName',
      'TokenApiUrl',
    ]);
  });
});

test('a fault in the template and an unacknowledged finding are errors; without settings there are no others', () => {
  const { app, stack } = appWith({}, outdir);
  new CfnResource(stack, 'Faulty', {
    type: 'AWS::SQS::Queue',
    properties: { MessageRetentionPeriod: 'forever' },
  });
  new CfnTopic(stack, 'Open');
  const fault = "MessageRetentionPeriod: 'forever' is not of type 'integer'";
  const finding = 'The SNS Topic does not require publishers to use SSL.';
  // Each names its construct after it.
  const both = [`${fault}.*ProcessWarden/Faulty`, `${finding}.*ProcessWarden/Open`];
  expect(() => app.synth()).toThrow(new RegExp(both.map((text) => `(?=.*${text})`).join(''), 's'));
  const { pluginReports } = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  const failed = pluginReports.filter(({ conclusion }: { conclusion: string }) => conclusion !== 'success');
  expect(failed).toMatchObject([
    {
      violations: [{ description: finding, violatingConstructs: [{ constructPath: 'ProcessWarden/Open' }] }],
    },
    {
      violations: [{ description: fault, violatingConstructs: [{ constructPath: 'ProcessWarden/Faulty' }] }],
    },
  ]);
});

/** Without the feature flags of cdk.json, as in an app that was not made by `cdk init`: examples/embed. */
test('the template rules have no finding in an app without feature flags either', () => {
  const app = new App({ outdir });
  const stack = new Stack(app, 'Uploads');
  new ProcessWarden(stack, 'Warden', { bundles, apis: ['iam'] });
  app.synth();
  const report = JSON.parse(readFileSync(join(outdir, 'validation-report.json'), 'utf8'));
  expect(report.pluginReports).toEqual([]);
});

describe('settings', () => {
  const arn = 'arn:aws:sns:eu-central-1:123456789012:pager';

  test('may be text, as from --context', () => {
    expect(appWith('{"apis": ["iam"], "stackName": "Wardens"}', outdir).stack).toMatchObject({
      stackName: 'Wardens',
    });
  });

  test('existing topics are used', () => {
    const { stack } = appWith(
      {
        alarmTopicArn: arn,
        notificationTopicArn: arn,
        itemEventTopicArn: arn,
        redriveTopicArn: arn,
      },
      outdir,
    );
    const { alarmTopic, notificationTopic, itemEventTopic, redriveTopic } = stack.warden;
    for (const { topicArn } of [alarmTopic, notificationTopic, itemEventTopic, redriveTopic]) {
      expect(topicArn).toBe(arn);
    }
  });

  test.each<[unknown, string]>([
    [{ emails: ['a@b'] }, 'there is no setting emails; allowed are stackName, alertEmails, consoleUrl,'],
    [{ xray: 'yes' }, 'xray must be true or false, received "yes"'],
    [{ apis: ['rest'] }, 'apis must be ["iam"], ["token"] or ["iam", "token"], received ["rest"]'],
    [{ logRetentionDays: 10 }, 'logRetentionDays must be one of 1, 3, 5,'],
    [{ sweepIntervalMinutes: 0 }, 'sweepIntervalMinutes must be 1 or 2, received 0'],
    [
      { checkTimersConcurrency: 1_001 },
      'checkTimersConcurrency must be a whole number from 2 to 1000, received 1001',
    ],
    [{ throttling: { rateLimit: 5 } }, 'throttling must be {"rateLimit": …, "burstLimit": …}'],
    [{ throttling: { rateLimit: 5, burstLimit: 5, x: 1 } }, 'received {"rateLimit":5,"burstLimit":5,"x":1}'],
    [{ alertEmails: 'a@b' }, 'alertEmails must be a list of e-mail addresses, received "a@b"'],
    [{ removalPolicy: 'keep' }, 'removalPolicy must be "retain" or "destroy", received "keep"'],
    [{ alarmTopicArn: 'pager' }, 'alarmTopicArn must be the ARN of an SNS topic, received "pager"'],
    [{ stackName: '1' }, 'stackName must be'],
    [{ corsOrigins: ['x'] }, 'corsOrigins must be'],
    [[], 'it must be an object, received []'],
    ['{', 'must be a JSON object, received {'],
  ])('%j is refused by name', (given, message) => {
    expect(() => appWith(given, outdir)).toThrow(message);
  });

  test('all faults are named at once', () => {
    expect(() => appWith({ xray: 1, sweepIntervalMinutes: 'x', other: 1 }, outdir)).toThrow(
      /^context "process-warden" is not valid: .*xray.*sweepIntervalMinutes.*other|other.*xray/,
    );
  });
});

test('cdk.json runs the app with all recommended flags', () => {
  const { app, build } = JSON.parse(readFileSync(join(root, 'cdk.json'), 'utf8'));
  const flags = JSON.parse(
    readFileSync(join(root, 'node_modules/aws-cdk-lib/recommended-feature-flags.json'), 'utf8'),
  );
  expect({ app, build }).toEqual({ app: 'node bin/process-warden.ts', build: 'npm run build' });
  expect(context).toMatchObject({ ...flags, '@aws-cdk/core:validateAgainstDefaultRules': true });
});

/** Pairs of the id of a finding and the reason why it is accepted. */
function acknowledgements(construct: IConstruct): [string, string][] {
  return construct.node.metadata
    .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
    .flatMap(({ data }) => Object.entries(data as Record<string, string>));
}
