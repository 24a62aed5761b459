import { Duration } from 'aws-cdk-lib';
import { Dashboard, GraphWidget, type IMetric, Metric, PeriodOverride } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import type { MonitoringProps } from './monitoring-props.ts';

/** The dashboard: whether lost work is noticed and how late, how fast the service answers, and what it costs. */
export function createDashboard(scope: Construct, props: MonitoringProps): Dashboard {
  const { metric, apis, functions, timers, expiredTimers, itemsTable, registryTable } = props;
  const stages = Object.entries(apis).map(([id, { stage }]) => [id, stage] as const);
  const dashboard = new Dashboard(scope, 'Dashboard', {
    defaultInterval: Duration.days(1),
    periodOverride: PeriodOverride.AUTO,
  });
  dashboard.addWidgets(
    graph('Items', [
      metric('Registrations'),
      metric('Completions'),
      metric('CompletedLate'),
      metric('Overdue'),
    ]),
    graph('Detection delay (ms after the deadline)', [
      metric('DetectionDelay', { statistic: 'p50', label: 'median' }),
      metric('DetectionDelay', { statistic: 'p99', label: 'p99' }),
      metric('DetectionDelay', { statistic: 'Maximum', label: 'most' }),
      metric('CanaryDelay', { label: 'canary' }),
    ]),
    graph('Oldest expired timer waiting (s)', [
      expiredTimers.queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum' }),
    ]),
  );
  dashboard.addWidgets(
    graph(
      'API latency (ms)',
      stages.flatMap(([id, stage]) => [
        stage.metricLatency({ statistic: 'p50', label: `${id} median` }),
        stage.metricLatency({ statistic: 'p99', label: `${id} p99` }),
      ]),
    ),
    graph(
      'Function duration, p99 (ms)',
      (['register', 'progress', 'complete', 'batch', 'check-timers', 'sweep', 'run-redrives'] as const).map(
        (name) => functions[name].metricDuration({ statistic: 'p99', label: name }),
      ),
    ),
    graph('Trouble of the warden', [
      metric('CaughtBySweep'),
      metric('Unreadable'),
      metric('SweepUnfinished'),
      metric('NobodySubscribed'),
      metric('Failures'),
    ]),
  );
  dashboard.addWidgets(
    graph('Cost: requests and invocations', [
      ...stages.map(([id, stage]) => stage.metricCount({ label: `${id} requests` })),
      ...Object.entries(functions).map(([name, one]) => one.metricInvocations({ label: name })),
    ]),
    graph('Cost: DynamoDB units', [
      itemsTable.metricConsumedWriteCapacityUnits({ label: 'items written' }),
      itemsTable.metricConsumedReadCapacityUnits({ label: 'items read' }),
      registryTable.metricConsumedWriteCapacityUnits({ label: 'registry written' }),
      registryTable.metricConsumedReadCapacityUnits({ label: 'registry read' }),
    ]),
    graph('Cost: timers and messages', [
      timers.metric('InvocationAttemptCount', { label: 'timers fired' }),
      metric('TimersLeftBehind', { label: 'timers left behind' }),
      expiredTimers.queue.metricNumberOfMessagesReceived({ label: 'expired timers received' }),
      published(props.notifications.topic, 'notifications'),
      published(props.itemEventTopic, 'item events'),
      published(props.redriveTopic, 'items redriven'),
    ]),
  );
  return dashboard;
}

function graph(title: string, left: IMetric[]): GraphWidget {
  return new GraphWidget({ title, left, width: 8, leftYAxis: { min: 0 } });
}

function published(topic: ITopic, label: string): Metric {
  return new Metric({
    namespace: 'AWS/SNS',
    metricName: 'NumberOfMessagesPublished',
    dimensionsMap: { TopicName: topic.topicName },
    statistic: 'Sum',
    label,
  });
}
