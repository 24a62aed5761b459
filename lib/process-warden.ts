import { Duration, Names, RemovalPolicy } from 'aws-cdk-lib';
import {
  HttpIamAuthorizer,
  HttpLambdaAuthorizer,
  HttpLambdaResponseType,
} from 'aws-cdk-lib/aws-apigatewayv2-authorizers';
import type { Metric, MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';
import { Grant, type IGrantable } from 'aws-cdk-lib/aws-iam';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { whole, workflowNamePattern } from '../core/contract/patterns.ts';
import { routes } from '../core/contract/routes.ts';
import { authorizerCachedMs, runRedrivesEveryMs, sweepEveryMs } from '../core/names/clockwork.ts';
import type { MetricName } from '../core/names/metrics.ts';
import { builtBundles } from './bundles.ts';
import { ExpiredTimersQueue } from './expired-timers-queue.ts';
import type { FunctionName } from './function-names.ts';
import { FunctionSchedule } from './function-schedule.ts';
import { ItemsTable } from './items-table.ts';
import { Monitoring } from './monitoring/monitoring.ts';
import { metricsOf, type ServiceMetric } from './monitoring/service-metric.ts';
import { type ProcessWardenProps, validateProps } from './props.ts';
import { RegistryTable } from './registry-table.ts';
import { type Operation, ServiceApi } from './service-api.ts';
import { ServiceFunctions } from './service-functions.ts';
import { Timers } from './timers.ts';
import { alarmTopic, encryptedTopic, ServiceTopic } from './topics.ts';

export type { MetricName } from '../core/names/metrics.ts';
export type { FunctionName } from './function-names.ts';
export type { ApiKind, ProcessWardenProps, Throttling } from './props.ts';

/** What whoever runs a workflow calls. */
const ingestOperations: readonly Operation[] = ['register', 'progress', 'complete', 'batch'];

/**
 * The whole service: whoever registers an item with it is told when the item is not completed in time.
 *
 * The ids of what is made here are a contract: another id is another table, and the items in the first are watched
 * no more.
 */
export class ProcessWarden extends Construct {
  readonly itemsTable: ItemsTable;
  readonly registryTable: RegistryTable;
  readonly timers: Timers;
  readonly expiredTimers: ExpiredTimersQueue;
  /** What people are told. */
  readonly notificationTopic: ITopic;
  /** What machines are told of items. */
  readonly itemEventTopic: ITopic;
  /** Where upstream services get the items that they are to resume, with their data. */
  readonly redriveTopic: ITopic;
  readonly alarmTopic: ITopic;
  /** The API for callers with IAM credentials, unless `apis` leaves it out. */
  readonly iamApi: ServiceApi | undefined;
  /** The API for callers with a bearer token, unless `apis` leaves it out. */
  readonly tokenApi: ServiceApi | undefined;
  readonly functions: Readonly<Record<FunctionName, LambdaFunction>>;
  readonly monitoring: Monitoring;
  readonly #metric: ServiceMetric;

  constructor(scope: Construct, id: string, props: ProcessWardenProps = {}) {
    super(scope, id);
    validateProps(props);
    const {
      alertEmails: emails = [],
      apis = ['iam', 'token'],
      corsOrigins = [],
      throttling = { rateLimit: 1000, burstLimit: 2000 },
      sweepInterval = Duration.millis(sweepEveryMs),
      checkTimersConcurrency = 20,
      logRetention = RetentionDays.ONE_MONTH,
      removalPolicy = RemovalPolicy.RETAIN,
      xray = false,
      bundles = builtBundles(),
    } = props;
    const service = Names.uniqueResourceName(this, { maxLength: 64, separator: '-' });
    this.#metric = metricsOf(service);

    this.itemsTable = new ItemsTable(this, 'Items', { removalPolicy });
    this.registryTable = new RegistryTable(this, 'Registry', { removalPolicy });
    this.expiredTimers = new ExpiredTimersQueue(this, 'ExpiredTimers');
    this.timers = new Timers(this, 'Timers', { queue: this.expiredTimers.queue, removalPolicy });
    const notifications = new ServiceTopic(this, 'Notifications', {
      existing: props.notificationTopic,
      create: encryptedTopic,
      emails,
    });
    this.notificationTopic = notifications.topic;
    // Apart from the people's: many messages a second would end their e-mail subscriptions.
    this.itemEventTopic = new ServiceTopic(this, 'ItemEvents', {
      existing: props.itemEventTopic,
      create: encryptedTopic,
    }).topic;
    // Apart from the others, as its messages have data: who may subscribe here may read all items.
    this.redriveTopic = new ServiceTopic(this, 'Redrives', {
      existing: props.redriveTopic,
      create: encryptedTopic,
    }).topic;
    const alarms = new ServiceTopic(this, 'Alarms', {
      existing: props.alarmTopic,
      create: alarmTopic,
      emails,
    });
    this.alarmTopic = alarms.topic;

    this.functions = new ServiceFunctions(this, 'Functions', {
      service,
      items: this.itemsTable,
      registry: this.registryTable,
      timers: this.timers,
      expiredTimers: this.expiredTimers,
      notificationTopic: this.notificationTopic,
      itemEventTopic: this.itemEventTopic,
      redriveTopic: this.redriveTopic,
      bundles,
      logRetention,
      removalPolicy,
      xray,
    }).functions;
    this.expiredTimers.feed(this.functions['check-timers'], checkTimersConcurrency);
    const sweep = new FunctionSchedule(this, 'Sweep', {
      target: this.functions.sweep,
      interval: sweepInterval,
      description: 'Sweeps: looks for lost timers, goes on with incidents, keeps a canary.',
    });
    // Not the sweep's, so that no redrive holds up the watch.
    const runRedrives = new FunctionSchedule(this, 'RunRedrives', {
      target: this.functions['run-redrives'],
      interval: Duration.millis(runRedrivesEveryMs),
      description: 'Goes on with redrives and discards.',
    });

    const api = { functions: this.functions, corsOrigins, throttling, logRetention, removalPolicy };
    if (apis.includes('iam')) {
      this.iamApi = new ServiceApi(this, 'IamApi', {
        ...api,
        description: 'Process Warden for callers with IAM credentials',
        authorizer: new HttpIamAuthorizer(),
      });
    }
    if (apis.includes('token')) {
      this.tokenApi = new ServiceApi(this, 'TokenApi', {
        ...api,
        description: 'Process Warden for callers with a bearer token',
        authorizer: new HttpLambdaAuthorizer('Authorizer', this.functions.authorize, {
          responseTypes: [HttpLambdaResponseType.SIMPLE],
          identitySource: ['$request.header.Authorization'],
          resultsCacheTtl: Duration.millis(authorizerCachedMs),
        }),
      });
    }
    this.monitoring = new Monitoring(this, 'Monitoring', {
      metric: this.#metric,
      apis: {
        ...(this.iamApi && { IamApi: this.iamApi }),
        ...(this.tokenApi && { TokenApi: this.tokenApi }),
      },
      functions: this.functions,
      itemsTable: this.itemsTable,
      registryTable: this.registryTable,
      timers: this.timers,
      expiredTimers: this.expiredTimers,
      sweep,
      sweepInterval,
      runRedrives,
      notifications,
      itemEventTopic: this.itemEventTopic,
      redriveTopic: this.redriveTopic,
      alarms,
    });
  }

  /**
   * Lets the grantee register, progress and complete items over the IAM API, one by one and in batches: of one
   * workflow, if it is given, else of all.
   */
  grantRegister(grantee: IGrantable, workflow?: string): Grant {
    if (workflow !== undefined && !whole(workflowNamePattern).test(workflow)) {
      const allowed = '1 to 64 of A-Z a-z 0-9 . _ -';
      throw new Error(`workflow must be ${allowed}, received ${JSON.stringify(workflow)}`);
    }
    return this.#grantInvoke('grantRegister', grantee, ingestOperations, workflow);
  }

  /** Lets the grantee do everything over the IAM API but manage tokens. */
  grantOperate(grantee: IGrantable): Grant {
    const operations = routes
      .filter(({ path }) => !/^\/v1\/tokens\b/.test(path))
      .map(({ operation }) => operation);
    return this.#grantInvoke('grantOperate', grantee, operations);
  }

  /**
   * A metric of this deployment (core/names/metrics.ts says of what each is). By default over 5 minutes: the sum, of
   * `DetectionDelay` the slowest percent, and of `CanaryDelay`, of which there is one in 5 minutes, the most.
   */
  metric(name: MetricName, options?: MetricOptions): Metric {
    return this.#metric(name, options);
  }

  #grantInvoke(
    method: string,
    grantee: IGrantable,
    operations: readonly Operation[],
    workflow?: string,
  ): Grant {
    if (!this.iamApi)
      throw new Error(`${method} needs the IAM API: apis must include 'iam', received ['token']`);
    return Grant.addToPrincipal({
      grantee,
      actions: ['execute-api:Invoke'],
      resourceArns: this.iamApi.arnsOf(operations, workflow),
    });
  }
}
