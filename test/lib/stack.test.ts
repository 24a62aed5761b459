import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App, CfnResource, Validations } from 'aws-cdk-lib';
import { CfnTopic } from 'aws-cdk-lib/aws-sns';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { IConstruct } from 'constructs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readSettings, type Settings, settingsKey } from '../../bin/settings.ts';
import { ProcessWardenStack } from '../../bin/stack.ts';
import { bundles, context, root } from './synth.ts';

const outdir = mkdtempSync(join(tmpdir(), 'warden-cdk-'));
afterAll(() => rmSync(outdir, { recursive: true }));

/** An app like bin/process-warden.ts. */
function appWith(given: unknown): { app: App; stack: ProcessWardenStack } {
  const app = new App({ outdir, context: { ...context, [settingsKey]: given } });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const settings = readSettings(app.node);
  const stack = new ProcessWardenStack(app, settings.stackName ?? 'ProcessWarden', { settings, bundles });
  return { app, stack };
}

const everything: Settings = {
  alertEmails: ['people@example.com'],
  apis: ['iam', 'token'],
  ingest: true,
  corsOrigins: ['https://ops.example.com'],
  throttling: { rateLimit: 10, burstLimit: 20 },
  sweepIntervalMinutes: 2,
  checkTimersConcurrency: 200,
  workflowLimit: 50,
  reservedConcurrency: { sweep: 2, 'check-timers': 200, register: 10 },
  alarms: true,
  dashboard: true,
  logRetentionDays: 90,
  removalPolicy: 'retain',
  xray: true,
  consoleUrl: 'https://warden.example.com',
  chat: true,
  pagerDutySecretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:pager-Ab12Cd',
  slackSecretArn: 'arn:aws:secretsmanager:eu-west-1:111122223333:secret:slack-Ab12Cd',
};

/** Checks of the whole template take ten seconds of a processor, and far longer while other tests use it. */
const minutes = 180_000;

describe('with every setting', () => {
  const { app, stack } = appWith(everything);
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

  test(
    'cfn-lint has no finding, if it is installed',
    ({ skip }) => {
      const version = spawnSync('cfn-lint', ['--version']);
      if (version.status !== 0) skip('cfn-lint is not installed: pip install cfn-lint');
      process.stdout.write(`template checked by ${version.stdout}`);
      // W3005: CDK writes dependencies that CloudFormation would find by itself.
      const { stdout } = spawnSync('cfn-lint', ['-i', 'W3005', '--', join(outdir, stack.templateFile)]);
      expect(stdout.toString()).toBe('');
    },
    minutes,
  );

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

test('a fault in the template is an error', () => {
  const { app, stack } = appWith({});
  new CfnResource(stack, 'Faulty', {
    type: 'AWS::SQS::Queue',
    properties: { MessageRetentionPeriod: 'forever' },
  });
  expect(() => app.synth()).toThrow("MessageRetentionPeriod: 'forever' is not of type 'integer'");
});

test('an unacknowledged finding is an error', () => {
  const { app, stack } = appWith({});
  new CfnTopic(stack, 'Open');
  expect(() => app.synth()).toThrow(
    /The SNS Topic does not require publishers to use SSL.*ProcessWarden\/Open/s,
  );
});

describe('settings', () => {
  const arn = 'arn:aws:sns:eu-central-1:123456789012:pager';

  test('may be text, as from --context', () => {
    expect(appWith('{"apis": ["iam"], "stackName": "Wardens"}').stack).toMatchObject({
      stackName: 'Wardens',
    });
  });

  test('existing topics are used', () => {
    const { stack } = appWith({
      alarmTopicArn: arn,
      notificationTopicArn: arn,
      itemEventTopicArn: arn,
      redriveTopicArn: arn,
    });
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
    expect(() => appWith(given)).toThrow(message);
  });

  test('all faults are named at once', () => {
    expect(() => appWith({ xray: 1, sweepIntervalMinutes: 'x', other: 1 })).toThrow(
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
