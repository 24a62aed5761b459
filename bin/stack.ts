import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Topic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { ProcessWarden, type ProcessWardenProps } from '../lib/process-warden.ts';
import type { Settings } from './settings.ts';

export interface ProcessWardenStackProps extends StackProps {
  readonly settings: Settings;
  /** @default - dist/functions */
  readonly bundles?: string;
}

/** The stack: Process Warden and the outputs that its users need. */
export class ProcessWardenStack extends Stack {
  readonly warden: ProcessWarden;

  constructor(scope: Construct, id: string, { settings, bundles, ...props }: ProcessWardenStackProps) {
    super(scope, id, { description: 'Process Warden: notices work that workflows lose.', ...props });
    this.warden = new ProcessWarden(this, 'ProcessWarden', {
      ...propsOf(this, settings),
      ...(bundles !== undefined && { bundles }),
    });
    const { iamApi, tokenApi, notificationTopic, itemEventTopic, redriveTopic, alarmTopic } = this.warden;
    if (iamApi) this.#output('IamApiUrl', iamApi.api.apiEndpoint, 'For callers with IAM credentials');
    if (tokenApi) this.#output('TokenApiUrl', tokenApi.api.apiEndpoint, 'For callers with a bearer token');
    this.#output('NotificationTopicArn', notificationTopic.topicArn, 'Notifications for people');
    const { chatTopic } = this.warden;
    if (chatTopic)
      this.#output('ChatTopicArn', chatTopic.topicArn, 'For Amazon Q Developer in chat applications');
    this.#output('ItemEventTopicArn', itemEventTopic.topicArn, 'Item events for machines');
    this.#output('RedriveTopicArn', redriveTopic.topicArn, 'Resumed items with their data');
    this.#output('AlarmTopicArn', alarmTopic.topicArn, 'Alarms about Process Warden itself');
    this.#output('ItemsTableName', this.warden.itemsTable.tableName, 'Items and receipts');
    this.#output('RegistryTableName', this.warden.registryTable.tableName, 'Workflows and tokens');
    this.#output('TimerGroupName', this.warden.timers.groupName, 'The timers');
    this.#output('ExpiredTimersQueueUrl', this.warden.expiredTimers.queue.queueUrl, 'Timers that have fired');
    if (this.warden.ingest)
      this.#output('IngestQueueUrl', this.warden.ingest.queue.queueUrl, 'Operations on items, as messages');
    this.#output(
      'CreateTokenFunctionName',
      this.warden.functions['create-token'].functionName,
      'Makes tokens',
    );
    const { dashboard } = this.warden.monitoring;
    if (dashboard) this.#output('DashboardName', dashboard.dashboardName, 'The CloudWatch dashboard');
  }

  #output(id: string, value: string, description: string): void {
    new CfnOutput(this, id, { value, description });
  }
}

function propsOf(scope: Construct, settings: Settings): ProcessWardenProps {
  const { stackName, sweepIntervalMinutes, logRetentionDays, removalPolicy, ...others } = settings;
  const { pagerDutySecretArn, slackSecretArn, ...rest } = others;
  const { notificationTopicArn, itemEventTopicArn, redriveTopicArn, alarmTopicArn, ...same } = rest;
  const secret = (id: string, arn: string) => Secret.fromSecretCompleteArn(scope, id, arn);
  const topic = (id: string, arn: string) => Topic.fromTopicArn(scope, id, arn);
  return {
    ...(same as Defined<typeof same>),
    ...(sweepIntervalMinutes && { sweepInterval: Duration.minutes(sweepIntervalMinutes) }),
    ...(logRetentionDays && { logRetention: logRetentionDays }),
    ...(removalPolicy && {
      removalPolicy: removalPolicy === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    }),
    ...(pagerDutySecretArn && { pagerDuty: { routingKey: secret('PagerDutySecret', pagerDutySecretArn) } }),
    ...(slackSecretArn && { slack: { webhookUrl: secret('SlackSecret', slackSecretArn) } }),
    ...(notificationTopicArn && { notificationTopic: topic('NotificationTopic', notificationTopicArn) }),
    ...(itemEventTopicArn && { itemEventTopic: topic('ItemEventTopic', itemEventTopicArn) }),
    ...(redriveTopicArn && { redriveTopic: topic('RedriveTopic', redriveTopicArn) }),
    ...(alarmTopicArn && { alarmTopic: topic('AlarmTopic', alarmTopicArn) }),
  };
}

/** Undefined for a value that JSON cannot represent: no setting is such a value. */
type Defined<Shape> = { [Key in keyof Shape]: Exclude<Shape[Key], undefined> };
