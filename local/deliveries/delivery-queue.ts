import { ListSubscriptionsByTopicCommand, type SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { ensureQueue, type Queue } from '../queues.ts';

/** How long a notification may wait for its receiver, in seconds: 14 days, the longest that SQS allows. */
export const retentionSeconds = 14 * 24 * 60 * 60;
/** How long a delivery may take before another one may start, in seconds. Longer than the timeout of any delivery. */
const visibilitySeconds = 30;

export interface Subscription {
  sns: SNSClient;
  sqs: SQSClient;
  topicArn: string;
  queueName: string;
}

/**
 * The queue from which a delivery takes its notifications, subscribed to their topic; created once, found again after
 * a restart. `isNew`: it was not subscribed before. It has no redrive policy: a message is retried as long as it is kept.
 */
export async function ensureSubscription({
  sns,
  sqs,
  topicArn,
  queueName,
}: Subscription): Promise<Queue & { isNew: boolean }> {
  const queue = await ensureQueue(sqs, queueName, {
    MessageRetentionPeriod: String(retentionSeconds),
    VisibilityTimeout: String(visibilitySeconds),
  });
  const isNew = !(await isSubscribed(sns, topicArn, queue.arn));
  if (isNew) {
    await sns.send(
      new SubscribeCommand({
        TopicArn: topicArn,
        Protocol: 'sqs',
        Endpoint: queue.arn,
        Attributes: { RawMessageDelivery: 'true' },
      }),
    );
  }
  return { ...queue, isNew };
}

async function isSubscribed(sns: SNSClient, topicArn: string, queueArn: string): Promise<boolean> {
  let token: string | undefined;
  do {
    const page = await sns.send(
      new ListSubscriptionsByTopicCommand({ TopicArn: topicArn, ...(token ? { NextToken: token } : {}) }),
    );
    if (page.Subscriptions?.some(({ Protocol, Endpoint }) => Protocol === 'sqs' && Endpoint === queueArn)) {
      return true;
    }
    token = page.NextToken;
  } while (token);
  return false;
}
