import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { canaryWithinMs, runRedrivesEveryMs } from '../../core/names/clockwork.ts';
import type { MonitoringProps } from './monitoring-props.ts';

interface Watch {
  /** The heading in docs/runbook.md that says what to do. */
  readonly runbook: string;
  readonly metric: IMetric;
  /** The lowest value that raises the alarm. */
  readonly threshold: number;
  /** How many periods in a row. */
  readonly periods?: number;
  /** Raised by values below the threshold, and by missing values. */
  readonly expected?: boolean;
}

const minute = { period: Duration.minutes(1) };
const fiveMinutes = { period: Duration.minutes(5) };
/** A period in which three canaries are due, or two if the sweep runs every second minute. */
const canaries = { period: Duration.millis(canaryWithinMs) };

/** One alarm for each way in which a promise could be broken, by construct id. */
function watches(props: MonitoringProps): Record<string, Watch> {
  const { metric, apis, timers, expiredTimers, sweep, sweepInterval, runRedrives } = props;
  const { notifications, alarms, functions } = props;
  return {
    TimerDeadLetters: deadLetters('Timer dead letters', timers.deadLetters),
    ExpiredTimerDeadLetters: deadLetters('Expired-timer dead letters', expiredTimers.deadLetters),
    SweepDeadLetters: deadLetters('Sweep dead letters', sweep.deadLetters),
    RunRedrivesDeadLetters: deadLetters('Redrive dead letters', runRedrives.deadLetters),
    ...(notifications.deadLetters && {
      NotificationDeadLetters: deadLetters('Notification dead letters', notifications.deadLetters),
    }),
    ...(alarms.deadLetters && { AlarmDeadLetters: deadLetters('Alarm dead letters', alarms.deadLetters) }),
    ...Object.fromEntries(
      Object.entries(props.receivers).map(([id, receiver]) => [
        `${id}DeadLetters`,
        deadLetters('Notification receiver dead letters', receiver.deadLetters),
      ]),
    ),
    ExpiredTimersWaiting: {
      runbook: 'Expired timers waiting',
      metric: expiredTimers.queue.metricApproximateAgeOfOldestMessage({ ...minute, statistic: 'Maximum' }),
      threshold: 300,
      periods: 3,
    },
    TimersDropped: {
      runbook: 'Timers dropped',
      metric: timers.metric('InvocationDroppedCount', fiveMinutes),
      threshold: 1,
    },
    TimersSentToDeadLetters: {
      runbook: 'Timers sent to dead letters',
      metric: timers.metric('InvocationsSentToDeadLetterCount', fiveMinutes),
      threshold: 1,
    },
    TimersNotSentToDeadLetters: {
      runbook: 'Timers not sent to dead letters',
      metric: timers.metric('InvocationsFailedToBeSentToDeadLetterCount', fiveMinutes),
      threshold: 1,
    },
    CaughtBySweep: {
      runbook: 'Items caught only by the sweep',
      metric: metric('CaughtBySweep', fiveMinutes),
      threshold: 1,
    },
    CanaryMissing: {
      runbook: 'Canary missing',
      metric: metric('CanaryDelay', { ...canaries, statistic: 'SampleCount' }),
      threshold: 1,
      expected: true,
    },
    UnreadableRecords: {
      runbook: 'Unreadable records',
      metric: metric('Unreadable', fiveMinutes),
      threshold: 1,
    },
    SweepNotRunning: {
      runbook: 'Sweep not running',
      // Three in a row, so that one late invocation raises no alarm.
      metric: functions.sweep.metricInvocations({ period: Duration.minutes(3 * sweepInterval.toMinutes()) }),
      threshold: 1,
      expected: true,
    },
    RedrivesNotRunning: {
      runbook: 'Redrives not running',
      metric: functions['run-redrives'].metricInvocations({
        period: Duration.millis(3 * runRedrivesEveryMs),
      }),
      threshold: 1,
      expected: true,
    },
    ...numbered('FunctionErrors', functions, (part) => ({
      runbook: 'Function errors',
      metric: sumOf('errors', part, (one) => one.metricErrors(fiveMinutes)),
      threshold: 1,
    })),
    ...numbered('FunctionThrottles', functions, (part) => ({
      runbook: 'Function throttles',
      metric: sumOf('throttles', part, (one) => one.metricThrottles(fiveMinutes)),
      threshold: 1,
      periods: 2,
    })),
    ...Object.fromEntries(
      Object.entries(apis).map(([id, { stage }]) => [
        `${id}ServerErrors`,
        { runbook: 'API server errors', metric: stage.metricServerError(fiveMinutes), threshold: 5 },
      ]),
    ),
    NotificationsNotDelivered: notDelivered(props.notifications.topic),
    ItemEventsNotDelivered: notDelivered(props.itemEventTopic),
    RedrivesNotDelivered: notDelivered(props.redriveTopic, 'Redrives not delivered'),
  };
}

/** The alarms. Each is sent to the alarm topic when it is raised and when it ends. */
export function createAlarms(scope: Construct, props: MonitoringProps): Alarm[] {
  const action = new SnsAction(props.alarms.topic);
  return Object.entries(watches(props)).map(
    ([id, { runbook, metric, threshold, periods = 1, expected = false }]) => {
      const alarm = new Alarm(scope, id, {
        alarmDescription: `Process Warden: ${runbook}. What to do: docs/runbook.md, "${runbook}".`,
        metric,
        threshold,
        evaluationPeriods: periods,
        comparisonOperator: expected
          ? ComparisonOperator.LESS_THAN_THRESHOLD
          : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        treatMissingData: expected ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
      return alarm;
    },
  );
}

function deadLetters(runbook: string, queue: IQueue): Watch {
  const metric = queue.metricApproximateNumberOfMessagesVisible({ ...minute, statistic: 'Maximum' });
  return { runbook, metric, threshold: 1 };
}

function notDelivered(topic: ITopic, runbook = 'Notifications not delivered'): Watch {
  const metric = new Metric({
    namespace: 'AWS/SNS',
    metricName: 'NumberOfNotificationsFailed',
    dimensionsMap: { TopicName: topic.topicName },
    statistic: 'Sum',
    ...fiveMinutes,
  });
  return { runbook, metric, threshold: 1 };
}

/** The most metrics that one alarm can add up. */
const mostAddedUp = 10;

/** An alarm costs as much as its metrics, so few alarms over many metrics cost the same as many alarms. */
function numbered(
  id: string,
  functions: Readonly<Record<string, LambdaFunction>>,
  watch: (part: [string, LambdaFunction][]) => Watch,
): Record<string, Watch> {
  const all = Object.entries(functions);
  const parts = Math.ceil(all.length / mostAddedUp);
  return Object.fromEntries(
    Array.from({ length: parts }, (_, part) => [
      `${id}${part + 1}`,
      watch(all.slice(part * mostAddedUp, (part + 1) * mostAddedUp)),
    ]),
  );
}

function sumOf(
  label: string,
  functions: readonly [string, LambdaFunction][],
  metricOf: (one: LambdaFunction) => Metric,
): MathExpression {
  const usingMetrics = Object.fromEntries(
    functions.map(([name, one]) => [name.replaceAll('-', '_'), metricOf(one)] as const),
  );
  const filled = Object.keys(usingMetrics).map((name) => `FILL(${name}, 0)`);
  return new MathExpression({ expression: filled.join(' + '), usingMetrics, label, ...fiveMinutes });
}
