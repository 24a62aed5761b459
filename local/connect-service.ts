import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ConflictException, CreateScheduleGroupCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings } from '../core/aws/client-settings.ts';
import { Clients } from '../core/aws/clients.ts';
import { connect } from '../core/lambda/connect.ts';
import type { Environment } from '../core/names/environment.ts';
import { workflowLimits } from '../core/names/workflow-limit.ts';
import type { Ports } from '../core/ports.ts';
import type { Running } from '../core/running.ts';
import { connectors, requestTimeoutMs } from './connectors.ts';
import type { InProcessTransport } from './in-process-transport.ts';
import * as names from './names.ts';
import { ensureQueue, type Queue } from './queues.ts';
import { ensureTable, itemsTableDefinition, registryTableDefinition } from './tables.ts';

/** The `requestHandler` of SDK clients. */
export type Transport = Pick<
  InProcessTransport,
  'metadata' | 'handle' | 'destroy' | 'updateHttpClientConfig' | 'httpHandlerConfigs'
>;

/** The servers that speak AWS: the URL of each, or the transport to one in this process. */
export type Servers = Record<'dynamodb' | 'scheduler' | 'sns' | 'sqs', string | Transport>;

export interface ConnectOptions {
  /** Servers shared by several services separate them by region. */
  region?: string;
  /** The most workflows that registrations may create. */
  workflowLimit?: number;
}

export interface ConnectedService {
  service: Ports;
  /** The environment variables by which deployed functions would know all of this. */
  environment: Environment;
  dynamodb: DynamoDBClient;
  scheduler: SchedulerClient;
  sns: SNSClient;
  sqs: SQSClient;
  topicArn: string;
  itemEventTopicArn: string;
  redriveTopicArn: string;
  timerQueue: Queue;
  deadLetterQueue: Queue;
  ingestQueue: Queue;
  ingestDeadLetterQueue: Queue;
  disconnect(): void;
}

/** Seconds. AWS's 60 are Scheduler's precision; the emulator's timers fire on the second. */
const leastTimeoutSeconds = 1;
/** Clients need an endpoint even if their transport connects to none. Queue URLs begin with it. */
const inProcess = 'http://127.0.0.1';
const fourteenDays = { MessageRetentionPeriod: '1209600' };

/** Connects the service to these servers. Creates the tables, queues, topics and schedule group that it needs. */
export async function connectService(
  servers: Servers,
  { clock, log }: Running,
  { region = names.region, workflowLimit = workflowLimits.default }: ConnectOptions = {},
): Promise<ConnectedService> {
  const to = (name: keyof Servers) => {
    const server = servers[name];
    return {
      ...clientSettings,
      ...(typeof server === 'string'
        ? { endpoint: server, requestHandler: { requestTimeout: requestTimeoutMs } }
        : { endpoint: inProcess, requestHandler: server }),
      region,
      credentials: names.credentials,
    };
  };
  const dynamodb = new DynamoDBClient(to('dynamodb'));
  const scheduler = new SchedulerClient(to('scheduler'));
  const sns = new SNSClient(to('sns'));
  // Nothing changes on the way to a server in this process.
  const isChecked = typeof servers.sqs === 'string';
  const sqs = new SQSClient({ ...to('sqs'), ...(!isChecked && { md5: false }) });

  await ensureTable(dynamodb, itemsTableDefinition(names.itemsTable));
  await ensureTable(dynamodb, registryTableDefinition(names.registryTable));
  await ensureTimerGroup(scheduler);
  const deadLetterQueue = await ensureQueue(sqs, names.timerDeadLetterQueue, fourteenDays);
  const timerQueue = await ensureQueue(sqs, names.timerQueue, {
    ...fourteenDays,
    VisibilityTimeout: '30',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterQueue.arn, maxReceiveCount: 5 }),
  });
  const ingestDeadLetterQueue = await ensureQueue(sqs, names.ingestDeadLetterQueue, fourteenDays);
  const ingestQueue = await ensureQueue(sqs, names.ingestQueue, {
    ...fourteenDays,
    VisibilityTimeout: '60',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: ingestDeadLetterQueue.arn, maxReceiveCount: 10 }),
  });
  const topicArn = await ensureTopic(sns, names.notificationTopic);
  const itemEventTopicArn = await ensureTopic(sns, names.itemEventTopic);
  const redriveTopicArn = await ensureTopic(sns, names.redriveTopic);

  const environment: Environment = {
    ITEMS_TABLE: names.itemsTable,
    REGISTRY_TABLE: names.registryTable,
    TIMER_GROUP: names.timerGroup,
    TIMER_QUEUE_ARN: timerQueue.arn,
    TIMER_ROLE_ARN: names.timerRoleArn,
    TIMER_DEAD_LETTER_ARN: deadLetterQueue.arn,
    NOTIFICATION_TOPIC_ARN: topicArn,
    ITEM_EVENT_TOPIC_ARN: itemEventTopicArn,
    REDRIVE_TOPIC_ARN: redriveTopicArn,
    LEAST_TIMEOUT_SECONDS: leastTimeoutSeconds,
    ALARM_TOPIC_ARN: 'none',
    DEAD_LETTER_QUEUES: [
      { name: 'Expired-timer dead letters', url: deadLetterQueue.url },
      { name: 'Ingest dead letters', url: ingestDeadLetterQueue.url },
    ],
    WORKFLOW_LIMIT: workflowLimit,
  };
  const clients = new Clients([dynamodb, scheduler, sns, sqs]);
  const service: Ports = connect(connectors, environment, { clock, log }, clients);
  const disconnect = () => {
    for (const client of [dynamodb, scheduler, sns, sqs]) client.destroy();
  };
  return {
    service,
    environment,
    dynamodb,
    scheduler,
    sns,
    sqs,
    topicArn,
    itemEventTopicArn,
    redriveTopicArn,
    timerQueue,
    deadLetterQueue,
    ingestQueue,
    ingestDeadLetterQueue,
    disconnect,
  };
}

async function ensureTopic(client: SNSClient, name: string): Promise<string> {
  const { TopicArn } = await client.send(new CreateTopicCommand({ Name: name }));
  if (TopicArn === undefined) throw new Error(`the topic ${name} has no ARN`);
  return TopicArn;
}

async function ensureTimerGroup(client: SchedulerClient): Promise<void> {
  try {
    await client.send(new CreateScheduleGroupCommand({ Name: names.timerGroup }));
  } catch (error) {
    if (!(error instanceof ConflictException)) throw error;
  }
}
