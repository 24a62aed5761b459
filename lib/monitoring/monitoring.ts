import type { Duration } from 'aws-cdk-lib';
import type { Alarm, Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import type { ExpiredTimersQueue } from '../expired-timers-queue.ts';
import type { FunctionName } from '../function-names.ts';
import type { FunctionSchedule } from '../function-schedule.ts';
import type { ItemsTable } from '../items-table.ts';
import type { RegistryTable } from '../registry-table.ts';
import type { ServiceApi } from '../service-api.ts';
import type { Timers } from '../timers.ts';
import type { ServiceTopic } from '../topics.ts';
import { createAlarms } from './alarms.ts';
import { createDashboard } from './dashboard.ts';
import type { ServiceMetrics } from './service-metrics.ts';

/** All that is watched. */
export interface MonitoringProps {
  readonly metrics: ServiceMetrics;
  /** The APIs by construct id. */
  readonly apis: Readonly<Record<string, ServiceApi>>;
  readonly functions: Readonly<Record<FunctionName, LambdaFunction>>;
  readonly itemsTable: ItemsTable;
  readonly registryTable: RegistryTable;
  readonly timers: Timers;
  readonly expiredTimers: ExpiredTimersQueue;
  readonly sweep: FunctionSchedule;
  readonly sweepInterval: Duration;
  /** Every minute. */
  readonly runRedrives: FunctionSchedule;
  readonly notifications: ServiceTopic;
  readonly itemEventTopic: ITopic;
  readonly redriveTopic: ITopic;
  /** Where the alarms go. */
  readonly alarms: ServiceTopic;
}

/** The watch over the watchdog: alarms for what would break its promises, and a dashboard. */
export class Monitoring extends Construct {
  readonly alarms: readonly Alarm[];
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    this.alarms = createAlarms(this, props);
    this.dashboard = createDashboard(this, props);
  }
}
