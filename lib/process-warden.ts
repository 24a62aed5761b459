import { Duration, Names, RemovalPolicy } from 'aws-cdk-lib';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import type { IRuleTarget } from 'aws-cdk-lib/aws-events';
import type { Grant, IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { whole, workflowNamePattern } from '../core/contract/patterns.ts';
import { routes } from '../core/contract/routes.ts';
import { runRedrivesEveryMs, sweepEveryMs } from '../core/names/clockwork.ts';
import type { MetricName } from '../core/names/metrics.ts';
import { workflowLimits } from '../core/names/workflow-limit.ts';
import { builtBundles } from './bundles.ts';
import { callerEnvironment, urlOf } from './caller-environment.ts';
import { deadLettersOf } from './dead-letters.ts';
import { ExpiredTimersQueue } from './expired-timers-queue.ts';
import type { FunctionName } from './function-names.ts';
import type { FunctionQueue } from './function-queue.ts';
import { FunctionSchedule } from './function-schedule.ts';
import { grantInvoke } from './grant-invoke.ts';
import { Ingest, type IngestOperation, ingestOf } from './ingest.ts';
import { ItemsTable } from './items-table.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { metricsOf, type ServiceMetric } from './monitoring/service-metric.ts';
import { createReceivers } from './notification-receivers.ts';
import type { ProcessWardenProps } from './props.ts';
import { RegistryTable } from './registry-table.ts';
import type { Operation, ServiceApi } from './service-api.ts';
import { createApis } from './service-apis.ts';
import { ServiceFunctions } from './service-functions.ts';
import { createTopics } from './service-topics.ts';
import { Timers } from './timers.ts';
import { validateProps } from './validate-props.ts';
import { warnUnsubscribed } from './warn-unsubscribed.ts';

export type { MetricName } from '../core/names/metrics.ts';
export type { FunctionName } from './function-names.ts';
export type { IngestOperation } from './ingest.ts';
export type { ApiKind, PagerDutyProps, ProcessWardenProps, SlackProps, Throttling } from './props.ts';

// The operations for a system that runs a workflow.
const ingestOperations: readonly Operation[] = ['register', 'progress', 'fail', 'complete', 'batch'];

/**
 * The whole service: it notifies people if a registered item is not completed in time.
 *
 * The construct ids in it are a contract: with another id a deployment creates another table, and the items in the old
 * table are no longer watched.
 */
export class ProcessWarden extends Construct {
  readonly itemsTable: ItemsTable;
  readonly registryTable: RegistryTable;
  readonly timers: Timers;
  readonly expiredTimers: FunctionQueue;
  /** The queue for operations on items, if `ingest` asks for it. */
  readonly ingest: Ingest | undefined;
  /** The function that the ingest queue feeds. */
  readonly ingestFunction: LambdaFunction | undefined;
  /** The topic of notifications. */
  readonly notificationTopic: ITopic;
  /** The topic to give to Amazon Q Developer in chat applications, if there is `chat`. */
  readonly chatTopic: ITopic | undefined;
  /** The topic of item events. */
  readonly itemEventTopic: ITopic;
  /** The topic from which upstream services receive resumed items, with their data. */
  readonly redriveTopic: ITopic;
  readonly alarmTopic: ITopic;
  /** The API for callers with IAM credentials, unless `apis` leaves it out. */
  readonly iamApi: ServiceApi | undefined;
  /** The API for callers with a bearer token, unless `apis` leaves it out. */
  readonly tokenApi: ServiceApi | undefined;
  /** The address of the IAM API, or of the token API if there is no IAM API, without a slash at its end. */
  readonly url: string;
  /**
   * Environment variables for a function that calls the warden: WARDEN_URL, and for the IAM API WARDEN_REGION, the
   * region that requests are signed for. Callers of the token API also need a token.
   */
  readonly environment: Record<string, string>;
  readonly functions: Readonly<Record<FunctionName, LambdaFunction>>;
  readonly monitoring: Monitoring;
  readonly #metric: ServiceMetric;

  constructor(scope: Construct, id: string, props: ProcessWardenProps = {}) {
    super(scope, id);
    validateProps(props);
    const {
      apis = ['iam', 'token'],
      corsOrigins = [],
      throttling = { rateLimit: 1000, burstLimit: 2000 },
      sweepInterval = Duration.millis(sweepEveryMs),
      checkTimersConcurrency = 20,
      logRetention = RetentionDays.ONE_MONTH,
      removalPolicy = RemovalPolicy.RETAIN,
      workflowLimit = workflowLimits.default,
      xray = false,
      bundles = builtBundles(),
    } = props;
    const service = Names.uniqueResourceName(this, { maxLength: 64, separator: '-' });
    this.#metric = metricsOf(service);

    this.itemsTable = new ItemsTable(this, 'Items', { removalPolicy });
    this.registryTable = new RegistryTable(this, 'Registry', { removalPolicy });
    const expiredTimers = new ExpiredTimersQueue(this, 'ExpiredTimers');
    this.expiredTimers = expiredTimers;
    this.ingest = props.ingest ? new Ingest(this, 'Ingest') : undefined;
    this.timers = new Timers(this, 'Timers', { queue: this.expiredTimers.queue, removalPolicy });
    const { notifications, itemEvents, redrives, alarms } = createTopics(this, props);
    this.notificationTopic = notifications.topic;
    this.itemEventTopic = itemEvents.topic;
    this.redriveTopic = redrives.topic;
    this.alarmTopic = alarms.topic;

    const functions = new ServiceFunctions(this, 'Functions', {
      service,
      items: this.itemsTable,
      registry: this.registryTable,
      timers: this.timers,
      expiredTimers: this.expiredTimers,
      ingest: this.ingest,
      notificationTopic: this.notificationTopic,
      itemEventTopic: this.itemEventTopic,
      redriveTopic: this.redriveTopic,
      consoleUrl: props.consoleUrl,
      alarmTopic: this.alarmTopic,
      alarms: props.alarms ?? true,
      workflowLimit,
      reservedConcurrency: props.reservedConcurrency ?? {},
      bundles,
      logRetention,
      removalPolicy,
      xray,
    });
    this.functions = functions.functions;
    this.ingestFunction = functions.ingest;
    expiredTimers.feedTimers(this.functions['check-timers'], checkTimersConcurrency);
    if (this.ingestFunction) this.ingest?.feed(this.ingestFunction, { batchSize: 10, maxConcurrency: 10 });
    const sweep = new FunctionSchedule(this, 'Sweep', {
      target: this.functions.sweep,
      interval: sweepInterval,
      description: 'Runs the sweep: finds lost timers, advances incidents, registers a canary.',
    });
    // Not part of the sweep, so that no redrive delays the watch.
    const runRedrives = new FunctionSchedule(this, 'RunRedrives', {
      target: this.functions['run-redrives'],
      interval: Duration.millis(runRedrivesEveryMs),
      description: 'Runs redrives and discards.',
    });

    const { receivers, chatTopic } = createReceivers(this, props, {
      service,
      notificationTopic: this.notificationTopic,
      consoleUrl: props.consoleUrl,
      bundles,
      logRetention,
      removalPolicy,
      xray,
    });
    this.chatTopic = chatTopic;

    const { iamApi, tokenApi } = createApis(this, apis, {
      functions: this.functions,
      corsOrigins,
      throttling,
      logRetention,
      removalPolicy,
      console: props.console ?? true,
    });
    this.iamApi = iamApi;
    this.tokenApi = tokenApi;
    this.url = urlOf(this);
    this.environment = callerEnvironment(this);
    const monitored = {
      metric: this.#metric,
      apis: {
        ...(this.iamApi && { IamApi: this.iamApi }),
        ...(this.tokenApi && { TokenApi: this.tokenApi }),
      },
      functions: this.functions,
      ingestFunction: this.ingestFunction,
      itemsTable: this.itemsTable,
      registryTable: this.registryTable,
      timers: this.timers,
      expiredTimers: this.expiredTimers,
      ingest: this.ingest,
      sweep,
      sweepInterval,
      runRedrives,
      notifications,
      itemEventTopic: this.itemEventTopic,
      redriveTopic: this.redriveTopic,
      receivers,
      throttling,
      alarms,
    };
    functions.showDeadLetters(Object.values(deadLettersOf(monitored)));
    this.monitoring = new Monitoring(this, 'Monitoring', monitored, {
      alarms: props.alarms ?? true,
      dashboard: props.dashboard ?? true,
    });
    warnUnsubscribed(this, {
      ...(!props.notificationTopic && { notificationTopic: this.notificationTopic }),
      ...(!props.alarmTopic && props.alarms !== false && { alarmTopic: this.alarmTopic }),
    });
  }

  /**
   * Lets the grantee register, progress and complete items over the IAM API, one by one and in batches: of one workflow
   * if given, otherwise of all workflows.
   */
  grantRegister(grantee: IGrantable, workflow?: string): Grant {
    if (workflow !== undefined && !whole(workflowNamePattern).test(workflow)) {
      const allowed = '1 to 64 of A-Z a-z 0-9 . _ -';
      throw new Error(`workflow must be ${allowed}, received ${JSON.stringify(workflow)}`);
    }
    return grantInvoke(this.iamApi, 'grantRegister', grantee, ingestOperations, workflow);
  }

  /** Lets the grantee use the whole IAM API except for tokens. */
  grantOperate(grantee: IGrantable): Grant {
    const granted = routes.filter(({ path }) => !/^\/v1\/tokens\b/.test(path));
    const operations = granted.map(({ operation }) => operation);
    return grantInvoke(this.iamApi, 'grantOperate', grantee, operations);
  }

  /** Lets the grantee send operations on items of every workflow to the ingest queue. */
  grantIngest(grantee: IGrantable): Grant {
    return ingestOf(this, 'grantIngest').queue.grantSendMessages(grantee);
  }

  /**
   * A target for a rule of EventBridge that turns each event into an operation: `EventField.fromPath` inserts values of
   * the event. The run of a registration can be `EventField.eventId`, which is the same when an event is delivered
   * twice. The rule must be in the stack of the warden.
   */
  ingestTarget(operation: IngestOperation): IRuleTarget {
    return ingestOf(this, 'ingestTarget').target(operation);
  }

  /**
   * A metric of this deployment (core/names/metrics.ts describes each). By default over 5 minutes: the sum; for
   * `DetectionDelay` the 99th percentile; for `CanaryDelay` the maximum.
   */
  metric(name: MetricName, options?: MetricOptions): Metric {
    return this.#metric(name, options);
  }
}
