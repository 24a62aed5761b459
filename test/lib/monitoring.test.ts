import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { describe, expect, test } from 'vitest';
import { type MetricName, metricUnits } from '../../core/names/metrics.ts';
import { functionNames } from '../../lib/function-names.ts';
import {
  flat,
  list,
  type Properties,
  pagerArn,
  root,
  synthesise,
  synthesiseChanged,
  synthesisePlain,
} from './synth.ts';

const { stack, warden, resources } = synthesise((scope) => ({
  alertEmails: ['people@example.com'],
  ingest: true,
  pagerDuty: { routingKey: Secret.fromSecretNameV2(scope, 'Pager', 'pager') },
}));
const runbook = readFileSync(join(root, 'docs/runbook.md'), 'utf8');
const alarms = Object.entries(resources('AWS::CloudWatch::Alarm')).map(
  ([id, { Properties }]) =>
    [id.replace(/^ProcessWardenMonitoring(.*)[0-9A-F]{8}$/, '$1'), Properties] as const,
);

function alarm(id: string): Properties {
  return alarms.find(([name]) => name === id)?.[1] ?? {};
}

test('every alarm has a section in the runbook, and every section an alarm', () => {
  const sections = [...runbook.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading);
  const named = alarms.map(
    ([, { AlarmDescription }]) => AlarmDescription.match(/docs\/runbook\.md, "(.+)"/)[1],
  );
  expect(new Set(sections)).toEqual(new Set(named));
  expect(new Set(sections).size).toBe(sections.length);
});

test('every section says what the alarm means, where to look and what to do', () => {
  for (const section of runbook.split(/^## /m).slice(1)) {
    expect(section).toContain('**Means.**');
    expect(section).toMatch(/\*\*Look( and do)?\.\*\*/);
    expect(section).toMatch(/\*\*Do\.\*\*|\*\*Look and do\.\*\*/);
  }
});

test('the commands of the runbook name resources that exist', () => {
  // The first block defines the commands.
  const [, ...blocks] = [...runbook.matchAll(/```sh\n(.*?)```/gs)].map(([, block]) => block);
  const commands = blocks.join('\n');
  const missing = [
    ...[...commands.matchAll(/(?:queue|peek) ([A-Z]\w+)/g)].map(([, id]) => [id, 'AWS::SQS::Queue']),
    ...[...commands.matchAll(/resource ProcessWarden(\w+) ([\w:]+)/g)].map(([, id, type]) => [id, type]),
    ...[...commands.matchAll(/(?:function_name|\blog) ([a-z]+)/g)].map(([, name]) => [
      `Functions${name}Function`,
      'AWS::Lambda::Function',
    ]),
  ].filter(([id, type]) => !Object.keys(resources(type)).some((one) => one.startsWith(`ProcessWarden${id}`)));
  expect(missing).toEqual([]);
});

test('all alarms go to the alarm topic, when they are raised and when they end', () => {
  const topic = stack.resolve(warden.alarmTopic.topicArn);
  for (const [, { AlarmActions, OKActions }] of alarms) {
    expect(AlarmActions).toEqual([topic]);
    expect(OKActions).toEqual([topic]);
  }
});

test('or to the given topic', () => {
  for (const { Properties } of Object.values(synthesiseChanged().resources('AWS::CloudWatch::Alarm'))) {
    expect(Properties.AlarmActions).toEqual([pagerArn]);
  }
});

test('every dead-letter queue with a message raises an alarm', () => {
  const watched = alarms
    .filter(([, { MetricName }]) => MetricName === 'ApproximateNumberOfMessagesVisible')
    .map(([, { Threshold, Dimensions, TreatMissingData }]) => {
      expect({ Threshold, TreatMissingData }).toEqual({ Threshold: 1, TreatMissingData: 'notBreaching' });
      return Dimensions[0].Value['Fn::GetAtt'][0];
    });
  const deadLetters = Object.keys(resources('AWS::SQS::Queue')).filter((id) => id.includes('DeadLetters'));
  expect(watched.sort()).toEqual(deadLetters.sort());
});

test('timers that did not reach their queue are one alarm, for this deployment only', () => {
  const { Metrics, Threshold } = alarm('TimersNotDelivered');
  const watched = Metrics.flatMap(({ MetricStat }: Properties) => MetricStat?.Metric ?? []);
  expect(Threshold).toBe(1);
  expect(watched.map(({ MetricName }: Properties) => MetricName)).toEqual([
    'InvocationDroppedCount',
    'InvocationsSentToDeadLetterCount',
    'InvocationsFailedToBeSentToDeadLetterCount',
  ]);
  for (const { Namespace, Dimensions } of watched) {
    expect({ Namespace, Dimensions }).toEqual({
      Namespace: 'AWS/Scheduler',
      Dimensions: [{ Name: 'ScheduleGroup', Value: stack.resolve(warden.timers.groupName) }],
    });
  }
});

test('expired timers that wait raise an alarm', () => {
  expect(alarm('ExpiredTimersWaiting')).toMatchObject({
    MetricName: 'ApproximateAgeOfOldestMessage',
    Statistic: 'Maximum',
    Dimensions: [{ Name: 'QueueName', Value: stack.resolve(warden.expiredTimers.queue.queueName) }],
  });
});

test('a sweep that does not run raises an alarm after three intervals, although it reports nothing', () => {
  const { resources: slow } = synthesiseChanged();
  const period = Object.entries(slow('AWS::CloudWatch::Alarm')).find(([id]) =>
    id.includes('SweepNotRunning'),
  );
  expect(alarm('SweepNotRunning')).toMatchObject({
    MetricName: 'Invocations',
    Dimensions: [{ Value: stack.resolve(warden.functions.sweep.functionName) }],
    Period: 180,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'breaching',
  });
  expect(period?.[1].Properties.Period).toBe(360);
});

test('redrives that no function continues raise an alarm after three minutes, although nothing is reported', () => {
  expect(alarm('RedrivesNotRunning')).toMatchObject({
    MetricName: 'Invocations',
    Dimensions: [{ Value: stack.resolve(warden.functions['run-redrives'].functionName) }],
    Period: 180,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'breaching',
  });
});

test('a quarter of an hour without a canary raises an alarm, although nothing is reported', () => {
  expect(alarm('CanaryMissing')).toMatchObject({
    Namespace: 'ProcessWarden',
    MetricName: 'CanaryDelay',
    Statistic: 'SampleCount',
    Period: 900,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: 'LessThanThreshold',
    TreatMissingData: 'breaching',
  });
});

test('one record that cannot be read raises an alarm', () => {
  expect(alarm('UnreadableRecords')).toMatchObject({
    MetricName: 'Unreadable',
    Statistic: 'Sum',
    Threshold: 1,
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    TreatMissingData: 'notBreaching',
  });
});

test.each(['Errors', 'Throttles'])('%s of every function are watched, at most 10 by one alarm', (metric) => {
  const watched = alarms
    .filter(([id]) => id.startsWith(`Function${metric}`))
    .flatMap(([, { Metrics }]) => {
      const parts = Metrics.filter(({ MetricStat }: Properties) => MetricStat?.Metric.MetricName === metric);
      const [sum] = Metrics.filter(({ Expression }: Properties) => Expression);
      expect(parts.length).toBeLessThanOrEqual(10);
      for (const { Id } of parts) expect(sum.Expression).toContain(`FILL(${Id}, 0)`);
      return parts.map(({ MetricStat }: Properties) => flat(MetricStat.Metric.Dimensions[0].Value));
    });
  const functions = [...functionNames.map((name) => warden.functions[name]), warden.ingestFunction];
  const all = functions.map((one) => flat(stack.resolve(one?.functionName)));
  expect(watched.sort()).toEqual(all.sort());
});

/** The metrics that an alarm adds up, by their ids in its expression, and the expression. */
function partsOf(id: string): { expression: string; names: Record<string, string> } {
  const { Metrics } = alarm(id);
  const [{ Expression: expression }] = Metrics.filter(({ Expression }: Properties) => Expression);
  const stats = Metrics.filter(({ MetricStat }: Properties) => MetricStat);
  const names = stats.map(({ Id, MetricStat }: Properties) => [Id, MetricStat.Metric.MetricName]);
  return { expression, names: Object.fromEntries(names) };
}

test('security M5.2, M5.3: one failed request or operation is an alarm, and five 5xx of API Gateway', () => {
  expect(alarm('Failures').Threshold).toBe(1);
  expect(partsOf('Failures')).toEqual({
    expression: 'IF(FILL(ours, 0) >= 1 OR FILL(ofIamApi, 0) + FILL(ofTokenApi, 0) >= 5, 1, 0)',
    names: { ours: 'Failures', ofIamApi: '5xx', ofTokenApi: '5xx' },
  });
});

test.each(['IamApi', 'TokenApi'])('security M5.4: refused callers of %s are an alarm, and a flood', (id) => {
  expect(alarm(`${id}Refused`).Threshold).toBe(50);
  expect(partsOf(`${id}Refused`)).toEqual({
    expression: 'IF(requests >= 20, 100 * FILL(refused, 0) / requests, 0)',
    names: { requests: 'Count', refused: '4xx' },
  });
  // 80 % of 1,000 requests a second.
  expect(alarm(`${id}Busy`)).toMatchObject({ MetricName: 'Count', Period: 300, Threshold: 240_000 });
});

test.each([
  ['SweepUnfinished', 2],
  ['NobodySubscribed', 1],
])('security M5.1, M5.5: %s is an alarm', (id, threshold) => {
  expect(alarm(id)).toMatchObject({
    Namespace: 'ProcessWarden',
    MetricName: id,
    Threshold: threshold,
    TreatMissingData: 'notBreaching',
  });
});

test('what SNS could not deliver is an alarm, for each topic', () => {
  expect(partsOf('NotificationsNotDelivered').names).toEqual({
    notifications: 'NumberOfNotificationsFailed',
    itemEvents: 'NumberOfNotificationsFailed',
  });
  expect(alarm('RedrivesNotDelivered')).toMatchObject({
    MetricName: 'NumberOfNotificationsFailed',
    Threshold: 1,
  });
});

test('alarms and the dashboard can be left out; then nobody need be subscribed to the alarm topic', () => {
  const without = synthesise({ alarms: false, dashboard: false });
  expect(without.resources('AWS::CloudWatch::Alarm')).toEqual({});
  expect(without.resources('AWS::CloudWatch::Dashboard')).toEqual({});
  const variables = ({ resources: all }: typeof without) =>
    Object.entries(all('AWS::Lambda::Function')).find(([id]) => id.includes('Functionssweep'))?.[1].Properties
      .Environment.Variables;
  expect(variables(without).ALARM_TOPIC_ARN).toBe('none');
  expect(variables(synthesisePlain()).ALARM_TOPIC_ARN).not.toBe('none');
});

test('every metric that the functions write is on the dashboard', () => {
  const [dashboard] = Object.values(resources('AWS::CloudWatch::Dashboard'));
  const body = list(dashboard?.Properties.DashboardBody).map(flat).join('');
  for (const name of Object.keys(metricUnits)) expect(body).toContain(`"ProcessWarden","${name}"`);
});

test('docs/cost.md has the number of metrics that the alarms watch, which determines their cost', () => {
  const watched = (of: typeof resources) =>
    Object.values(of('AWS::CloudWatch::Alarm')).flatMap(({ Properties: { Metrics } }) =>
      Metrics ? Metrics.filter(({ MetricStat }: Properties) => MetricStat) : [{}],
    ).length;
  const cost = readFileSync(join(root, 'docs/cost.md'), 'utf8').replaceAll(/\s+/g, ' ');
  const alone = watched(synthesisePlain().resources);
  const withEmails = watched(synthesise({ alertEmails: ['people@example.com'] }).resources);
  expect(cost).toContain(
    `each of the ${alone} metrics that the alarms watch (${withEmails} with \`alertEmails\`)`,
  );
  expect(cost).toContain(`${Object.keys(metricUnits).length} metrics ($0.30 each a month)`);
});

describe('metrics of the service', () => {
  const statistics: Record<string, string> = { DetectionDelay: 'p99', CanaryDelay: 'Maximum' };

  test.each(Object.keys(metricUnits) as MetricName[])('%s', (name) => {
    const { Environment } =
      resources()[stack.resolve(warden.functions.register.functionName).Ref]?.Properties ?? {};
    expect(warden.metric(name)).toMatchObject({
      namespace: 'ProcessWarden',
      metricName: name,
      statistic: statistics[name] ?? 'Sum',
      dimensions: { service: Environment.Variables.SERVICE_NAME },
    });
  });

  test('items caught only by the sweep raise an alarm', () => {
    expect(alarm('CaughtBySweep')).toMatchObject({ Namespace: 'ProcessWarden', MetricName: 'CaughtBySweep' });
  });
});

test('there is one dashboard with these widgets', () => {
  const [dashboard, ...more] = Object.values(resources('AWS::CloudWatch::Dashboard'));
  expect(more).toEqual([]);
  const body = JSON.parse(list(dashboard?.Properties.DashboardBody).map(flat).join(''));
  const titles = body.widgets.map(({ properties }: Properties) => properties.title);
  expect(titles).toEqual([
    'Items',
    'Detection delay (ms after the deadline)',
    'Oldest expired timer waiting (s)',
    'API latency (ms)',
    'Function duration, p99 (ms)',
    'Trouble of the warden',
    'Cost: requests and invocations',
    'Cost: DynamoDB units',
    'Cost: timers and messages',
  ]);
});
