import { CreateTopicCommand, DeleteTopicCommand, SubscribeCommand } from '@aws-sdk/client-sns';
import { expect, onTestFinished, test } from 'vitest';
import { Subscribers } from '../../../../core/aws/topics/subscribers.ts';
import { HealthReply } from '../../../../core/contract/health.ts';
import { subscribersEveryMs } from '../../../../core/names/clockwork.ts';
import { keepSubscribers } from '../../../../core/operations/watch/keep-subscribers.ts';
import { startWarden } from '../../../support/start-warden.ts';
import type { EmbeddedWarden } from '../../../support/warden.ts';

async function start(): Promise<EmbeddedWarden> {
  const warden = await startWarden();
  onTestFinished(() => warden.close());
  return warden;
}

async function topicChecks(warden: EmbeddedWarden) {
  const { status, json } = await warden.request('GET', '/v1/health');
  const checks = HealthReply.parse(json).checks.filter(({ name }) => name.endsWith(' topic'));
  return { status, checks };
}

const metrics = ({ logLines }: EmbeddedWarden) =>
  logLines.filter((line) => line.includes('"NobodySubscribed":1')).length;

test('security M5.1: an alarm topic that nobody is subscribed to shows in health and as a metric (P7)', async () => {
  const warden = await start();
  const { sns, service, topicArn } = warden.aws;
  const { TopicArn = '' } = await sns.send(new CreateTopicCommand({ Name: 'alarms' }));
  const subscribers = new Subscribers(sns, [
    ['notification topic', topicArn],
    ['alarm topic', TopicArn],
  ]);
  const keep = () => keepSubscribers({ ...service, subscribers });
  await keep();
  const at = '2026-03-01T12:00:00.000Z';
  expect(await topicChecks(warden)).toEqual({
    status: 503,
    checks: [
      { name: 'notification topic', status: 'ok', tookMs: 0, at, subscribers: 1 },
      { name: 'alarm topic', status: 'failing', tookMs: 0, at, subscribers: 0 },
    ],
  });
  expect(metrics(warden)).toBe(1);
  // The metric is written by every sweep, the topics are read every five minutes.
  await keep();
  expect(metrics(warden)).toBe(2);
  await sns.send(
    new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: warden.aws.deadLetterQueue.arn }),
  );
  warden.clock.advance(subscribersEveryMs);
  await keep();
  expect(metrics(warden)).toBe(2);
  expect(await topicChecks(warden)).toMatchObject({
    status: 200,
    checks: [{ status: 'ok' }, { status: 'ok', subscribers: 1 }],
  });
});

test('security M5.6: a topic that was deleted shows in health (P7)', async () => {
  const warden = await start();
  expect(await topicChecks(warden)).toEqual({
    status: 200,
    checks: [{ name: 'notification topic', status: 'unknown', tookMs: 0 }],
  });
  await warden.sweep();
  expect(await topicChecks(warden)).toMatchObject({ checks: [{ status: 'ok', subscribers: 1 }] });
  await warden.aws.sns.send(new DeleteTopicCommand({ TopicArn: warden.aws.topicArn }));
  warden.clock.advance(subscribersEveryMs);
  await warden.sweep();
  const { status, checks } = await topicChecks(warden);
  expect(status).toBe(503);
  expect(checks).toMatchObject([{ status: 'failing', error: expect.stringContaining('NotFound') }]);
  expect(metrics(warden)).toBe(1);
});
