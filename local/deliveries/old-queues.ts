import { paginateListSubscriptionsByTopic, type SNSClient, UnsubscribeCommand } from '@aws-sdk/client-sns';
import {
  DeleteQueueCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import { deleteMessages } from '../event-source/delete-messages.ts';
import { type Queue, sendToQueue } from '../queues.ts';

export interface OldQueues {
  sns: SNSClient;
  sqs: SQSClient;
  topicArn: string;
  /** The beginning of the names of the queues of all webhooks of this kind. */
  prefix: string;
  /** The queue of the current webhook. */
  current: (Queue & { name: string }) | undefined;
}

/**
 * A webhook that is no longer configured receives nothing more. Its waiting messages go to the current webhook, because
 * its URL was probably corrected. If there is no current webhook, they wait for one.
 */
export async function takeOverOldQueues(old: OldQueues): Promise<void> {
  const { sns, sqs, topicArn, prefix, current } = old;
  for await (const { Subscriptions = [] } of paginateListSubscriptionsByTopic(
    { client: sns },
    { TopicArn: topicArn },
  )) {
    for (const { SubscriptionArn, Endpoint = '' } of Subscriptions) {
      const queueName = Endpoint.slice(Endpoint.lastIndexOf(':') + 1);
      if (!queueName.startsWith(prefix) || queueName === current?.name) continue;
      await sns.send(new UnsubscribeCommand({ SubscriptionArn }));
    }
  }
  if (current === undefined) return;
  const { QueueUrls = [] } = await sqs.send(new ListQueuesCommand({ QueueNamePrefix: prefix }));
  for (const url of QueueUrls) {
    if (url === current.url) continue;
    await move(sqs, url, current.arn);
    await sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
  }
}

/** A crash in between delivers a message twice, and loses none. */
async function move(sqs: SQSClient, from: string, toArn: string): Promise<void> {
  for (;;) {
    const command = new ReceiveMessageCommand({ QueueUrl: from, MaxNumberOfMessages: 10 });
    const { Messages = [] } = await sqs.send(command);
    if (Messages.length === 0) return;
    for (const { Body = '' } of Messages) await sendToQueue(sqs, toArn, Body);
    await deleteMessages(
      sqs,
      from,
      Messages.map(({ ReceiptHandle = '' }) => ReceiptHandle),
    );
  }
}
