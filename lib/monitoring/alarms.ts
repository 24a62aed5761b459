import { Duration, Token } from 'aws-cdk-lib';
import type { HttpStage } from 'aws-cdk-lib/aws-apigatewayv2';
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
import { deadLettersOf } from '../dead-letters.ts';
import type { Throttling } from '../props.ts';
import { added, sumOf, sumText } from './metric-sums.ts';
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
/** Requests in a period that count as near the limit, if the limit is known only at the deployment. */
const mostBusy = 300_000;
/** The metrics of Scheduler for timers that did not reach the queue. */
const undeliveredTimers = [
  'InvocationDroppedCount',
  'InvocationsSentToDeadLetterCount',
  'InvocationsFailedToBeSentToDeadLetterCount',
] as const;
/** A period in which three canaries are due, or two if the sweep runs every second minute. */
const canaries = { period: Duration.millis(canaryWithinMs) };

/** One alarm for each way in which a promise could be broken, by construct id. */
function watches(props: MonitoringProps): Record<string, Watch> {
  const { metric, apis, timers, expiredTimers, ingest, sweepInterval, functions, ingestFunction } = props;
  const allFunctions = { ...functions, ...(ingestFunction && { ingest: ingestFunction }) };
  return {
    ...Object.fromEntries(
      Object.entries(deadLettersOf(props)).map(([id, { runbook, queue }]) => [
        id,
        deadLetters(runbook, queue),
      ]),
    ),
    ...(ingest && { IngestWaiting: waiting('Ingest waiting', ingest.queue) }),
    ExpiredTimersWaiting: waiting('Expired timers waiting', expiredTimers.queue),
    TimersNotDelivered: {
      runbook: 'Timers not delivered',
      metric: added(
        'timers not delivered',
        Object.fromEntries(undeliveredTimers.map((name) => [name, timers.metric(name, fiveMinutes)])),
      ),
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
    SweepUnfinished: {
      runbook: 'Sweep unfinished',
      // Two in five minutes: a single one can come from a storm.
      metric: metric('SweepUnfinished', fiveMinutes),
      threshold: 2,
    },
    NobodySubscribed: {
      runbook: 'Nobody subscribed',
      metric: metric('NobodySubscribed', fiveMinutes),
      threshold: 1,
    },
    Failures: failures(metric('Failures', fiveMinutes), apis),
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
    ...numbered('FunctionErrors', allFunctions, (part) => ({
      runbook: 'Function errors',
      metric: sumOf('errors', part, (one) => one.metricErrors(fiveMinutes)),
      threshold: 1,
    })),
    ...numbered('FunctionThrottles', allFunctions, (part) => ({
      runbook: 'Function throttles',
      metric: sumOf('throttles', part, (one) => one.metricThrottles(fiveMinutes)),
      threshold: 1,
      periods: 2,
    })),
    ...Object.fromEntries(
      Object.entries(apis).flatMap(([id, { stage }]) => [
        [`${id}Refused`, refused(stage)],
        [`${id}Busy`, busy(stage, props.throttling)],
      ]),
    ),
    NotificationsNotDelivered: {
      runbook: 'Notifications not delivered',
      metric: added('not delivered', {
        notifications: notDelivered(props.notifications.topic),
        itemEvents: notDelivered(props.itemEventTopic),
      }),
      threshold: 1,
    },
    RedrivesNotDelivered: {
      runbook: 'Redrives not delivered',
      metric: notDelivered(props.redriveTopic),
      threshold: 1,
    },
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

/** A message has waited five minutes, for three minutes: the function does not keep up. */
function waiting(runbook: string, queue: IQueue): Watch {
  const metric = queue.metricApproximateAgeOfOldestMessage({ ...minute, statistic: 'Maximum' });
  return { runbook, metric, threshold: 300, periods: 3 };
}

/** Half of all requests answered 4xx: a caller without a valid token, or 429 for too many requests. */
function refused(stage: HttpStage): Watch {
  const usingMetrics = {
    requests: stage.metricCount(fiveMinutes),
    refused: stage.metricClientError(fiveMinutes),
  };
  const expression = 'IF(requests >= 20, 100 * FILL(refused, 0) / requests, 0)';
  const metric = new MathExpression({ expression, usingMetrics, label: 'refused (%)', ...fiveMinutes });
  return { runbook: 'Requests refused', metric, threshold: 50 };
}

/** Most of the requests that the API accepts: beyond its limit it answers 429, also to registrations. */
function busy(stage: HttpStage, { rateLimit }: Throttling): Watch {
  const perPeriod = Token.isUnresolved(rateLimit) ? mostBusy : rateLimit * fiveMinutes.period.toSeconds();
  return { runbook: 'API busy', metric: stage.metricCount(fiveMinutes), threshold: 0.8 * perPeriod };
}

/**
 * Failures of our functions, and requests that API Gateway itself answers with 5xx. A few of these may be health
 * checks.
 */
function failures(ours: IMetric, apis: MonitoringProps['apis']): Watch {
  const errors = Object.fromEntries(
    Object.entries(apis).map(([id, { stage }]) => [`of${id}`, stage.metricServerError(fiveMinutes)]),
  );
  const expression = `IF(FILL(ours, 0) >= 1 OR ${sumText(Object.keys(errors))} >= 5, 1, 0)`;
  const usingMetrics = { ours, ...errors };
  const metric = new MathExpression({ expression, usingMetrics, label: 'failed requests', ...fiveMinutes });
  return { runbook: 'Failed requests', metric, threshold: 1 };
}

function notDelivered(topic: ITopic): Metric {
  return new Metric({
    namespace: 'AWS/SNS',
    metricName: 'NumberOfNotificationsFailed',
    dimensionsMap: { TopicName: topic.topicName },
    statistic: 'Sum',
    ...fiveMinutes,
  });
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
