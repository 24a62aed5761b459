import type { Alarm, Dashboard } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { createAlarms } from './alarms.ts';
import { createDashboard } from './dashboard.ts';
import type { MonitoringProps } from './monitoring-props.ts';

/** Monitors the watchdog itself: alarms for every way in which a promise could be broken, and a dashboard. */
export class Monitoring extends Construct {
  readonly alarms: readonly Alarm[];
  /** Undefined if the property `dashboard` is false. */
  readonly dashboard: Dashboard | undefined;

  constructor(
    scope: Construct,
    id: string,
    props: MonitoringProps,
    { alarms, dashboard }: { readonly alarms: boolean; readonly dashboard: boolean },
  ) {
    super(scope, id);
    this.alarms = alarms ? createAlarms(this, props) : [];
    this.dashboard = dashboard ? createDashboard(this, props) : undefined;
  }
}
