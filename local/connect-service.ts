import { randomUUID } from 'node:crypto';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ConflictException, CreateScheduleGroupCommand, SchedulerClient } from '@aws-sdk/client-scheduler';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { clientSettings } from '../core/aws/client-settings.ts';
import { ItemsTable } from '../core/aws/items/table.ts';
import { AuditLog } from '../core/aws/registry/audit-log.ts';
import { IncidentArchive } from '../core/aws/registry/incident-archive.ts';
import { OpenIncidents } from '../core/aws/registry/open-incidents.ts';
import { OutcomeTally } from '../core/aws/registry/outcome-tally.ts';
import { RedrivesTable } from '../core/aws/registry/redrives.ts';
import { RegistrationCounts } from '../core/aws/registry/registration-counts.ts';
import { TokensTable } from '../core/aws/registry/tokens.ts';
import { WardenState } from '../core/aws/registry/warden-state.ts';
import { RegistryTable } from '../core/aws/registry/workflows.ts';
import { countLeftBehind, Timers } from '../core/aws/timers.ts';
import { ItemEvents } from '../core/aws/topics/item-events.ts';
import { Notifications } from '../core/aws/topics/notifications.ts';
import { RedriveTopic } from '../core/aws/topics/redrive-topic.ts';
import type { Running } from '../core/running.ts';
import type { WholeService } from './functions.ts';
import type { InProcessTransport } from './in-process-transport.ts';
import * as names from './names.ts';
import { ensureQueue, type Queue } from './queues.ts';
import { ensureTable, itemsTableDefinition, registryTableDefinition } from './tables.ts';

/** URLs of servers that speak AWS. */
export interface Endpoints {
  dynamodb: string;
  scheduler: string;
  sns: string;
  sqs: string;
}

export interface ConnectOptions {
  /** Servers shared by several services separate them by region. */
  region?: string;
  /** The transport to servers in this process; other servers are reached by sockets. */
  transports?: Partial<Record<keyof Endpoints, InProcessTransport>>;
}

export interface ConnectedService {
  service: WholeService;
  dynamodb: DynamoDBClient;
  scheduler: SchedulerClient;
  sns: SNSClient;
  sqs: SQSClient;
  topicArn: string;
  itemEventTopicArn: string;
  redriveTopicArn: string;
  timerQueue: Queue;
  deadLetterQueue: Queue;
  disconnect(): void;
}

/** Seconds. AWS's 60 are Scheduler's precision; the emulator's timers fire on the second. */
const leastTimeoutSeconds = 1;
/** The time limit of every call, including the deletion of a timer, which waits less on AWS. */
const requestTimeoutMs = 30_000;
const fourteenDays = { MessageRetentionPeriod: '1209600' };

/** The service with clients of these servers, and with the tables, queues, topic and schedule group that it needs. */
export async function connectService(
  endpoints: Endpoints,
  { clock, log }: Running,
  { region = names.region, transports = {} }: ConnectOptions = {},
): Promise<ConnectedService> {
  // The servers share this machine, often this process: a slow reply means a busy laptop, not a lost one.
  const to = (server: keyof Endpoints) => ({
    ...clientSettings,
    requestHandler: transports[server] ?? { requestTimeout: requestTimeoutMs },
    endpoint: endpoints[server],
    region,
    credentials: names.credentials,
  });
  const dynamodb = new DynamoDBClient(to('dynamodb'));
  const scheduler = new SchedulerClient(to('scheduler'));
  const sns = new SNSClient(to('sns'));
  const sqs = new SQSClient(to('sqs'));

  await ensureTable(dynamodb, itemsTableDefinition(names.itemsTable));
  await ensureTable(dynamodb, registryTableDefinition(names.registryTable));
  await ensureTimerGroup(scheduler);
  const deadLetterQueue = await ensureQueue(sqs, names.timerDeadLetterQueue, fourteenDays);
  const timerQueue = await ensureQueue(sqs, names.timerQueue, {
    ...fourteenDays,
    VisibilityTimeout: '30',
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: deadLetterQueue.arn, maxReceiveCount: 5 }),
  });
  const topicArn = await ensureTopic(sns, names.notificationTopic);
  const itemEventTopicArn = await ensureTopic(sns, names.itemEventTopic);
  const redriveTopicArn = await ensureTopic(sns, names.redriveTopic);

  const target = {
    group: names.timerGroup,
    queueArn: timerQueue.arn,
    roleArn: names.timerRoleArn,
    deadLetterArn: deadLetterQueue.arn,
  };
  const service: WholeService = {
    items: new ItemsTable(dynamodb, names.itemsTable, clock),
    // This one process reads all settings, so reads need not be spread over time.
    registry: new RegistryTable(dynamodb, names.registryTable, clock, () => 1),
    tokens: new TokensTable(dynamodb, names.registryTable),
    timers: new Timers(scheduler, target, clock, {
      client: scheduler,
      withinMs: requestTimeoutMs,
      onLeftBehind: countLeftBehind(log),
    }),
    incidents: new OpenIncidents(dynamodb, names.registryTable, clock),
    archive: new IncidentArchive(dynamodb, names.registryTable),
    outcomes: new OutcomeTally(dynamodb, names.registryTable),
    counts: new RegistrationCounts(dynamodb, names.registryTable, log),
    state: new WardenState(dynamodb, names.registryTable, clock),
    notifications: new Notifications(sns, topicArn),
    itemEvents: new ItemEvents(sns, itemEventTopicArn),
    redrives: new RedrivesTable(dynamodb, names.registryTable),
    redriveTopic: new RedriveTopic(sns, redriveTopicArn),
    audit: new AuditLog(dynamodb, names.registryTable, clock),
    newId: randomUUID,
    clock,
    log,
    leastTimeoutSeconds,
  };
  const disconnect = () => {
    for (const client of [dynamodb, scheduler, sns, sqs]) client.destroy();
  };
  return {
    service,
    dynamodb,
    scheduler,
    sns,
    sqs,
    topicArn,
    itemEventTopicArn,
    redriveTopicArn,
    timerQueue,
    deadLetterQueue,
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
