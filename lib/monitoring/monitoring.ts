import type { Alarm, Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { createAlarms } from './alarms.ts';
import { createDashboard } from './dashboard.ts';
import type { MonitoringProps } from './monitoring-props.ts';

/** Monitors the watchdog itself: alarms for every way in which a promise could be broken, and a dashboard. */
export class Monitoring extends Construct {
  readonly alarms: readonly Alarm[];
  readonly dashboard: Dashboard;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    this.alarms = createAlarms(this, props);
    this.dashboard = createDashboard(this, props);
  }
}
