import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { readSettings, type Settings, settingsKey } from '../../bin/settings.ts';
import { ProcessWardenStack } from '../../bin/stack.ts';
import { bundles, context } from './synth.ts';

/** An app like bin/process-warden.ts. */
export function appWith(given: unknown, outdir: string): { app: App; stack: ProcessWardenStack } {
  const app = new App({ outdir, context: { ...context, [settingsKey]: given } });
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const settings = readSettings(app.node);
  const stack = new ProcessWardenStack(app, settings.stackName ?? 'ProcessWarden', { settings, bundles });
  return { app, stack };
}

/** Every setting, none with its default. */
export const everything: Settings = {
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
