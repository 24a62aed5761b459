import type { Duration } from 'aws-cdk-lib';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { FunctionName } from '../function-names.ts';
import type { FunctionQueue } from '../function-queue.ts';
import type { FunctionSchedule } from '../function-schedule.ts';
import type { ItemsTable } from '../items-table.ts';
import type { NotificationReceiver } from '../notification-receiver.ts';
import type { Throttling } from '../props.ts';
import type { RegistryTable } from '../registry-table.ts';
import type { ServiceApi } from '../service-api.ts';
import type { Timers } from '../timers.ts';
import type { ServiceTopic } from '../topics.ts';
import type { ServiceMetric } from './service-metric.ts';

/** The resources that are monitored. */
export interface MonitoringProps {
  readonly metric: ServiceMetric;
  /** The APIs by construct id. */
  readonly apis: Readonly<Record<string, ServiceApi>>;
  readonly functions: Readonly<Record<FunctionName, LambdaFunction>>;
  readonly itemsTable: ItemsTable;
  readonly registryTable: RegistryTable;
  readonly timers: Timers;
  readonly expiredTimers: FunctionQueue;
  readonly ingest: FunctionQueue | undefined;
  /** The function that the ingest queue feeds. */
  readonly ingestFunction: LambdaFunction | undefined;
  readonly sweep: FunctionSchedule;
  readonly sweepInterval: Duration;
  /** Every minute. */
  readonly runRedrives: FunctionSchedule;
  readonly notifications: ServiceTopic;
  readonly itemEventTopic: ITopic;
  readonly redriveTopic: ITopic;
  /** The receivers that forward notifications, by construct id. */
  readonly receivers: Readonly<Record<string, NotificationReceiver>>;
  /** What each API accepts. */
  readonly throttling: Throttling;
  /** Where the alarms go. */
  readonly alarms: ServiceTopic;
}
