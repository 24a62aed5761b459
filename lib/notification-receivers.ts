import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { NotificationReceiver, type NotificationReceiverProps } from './notification-receiver.ts';
import type { ProcessWardenProps } from './props.ts';
import { encryptedTopic, ServiceTopic } from './topics.ts';

/** The receivers of notifications that the properties name, and the topic for chat applications if there is one. */
export function createReceivers(
  scope: Construct,
  { chat = false, pagerDuty, slack }: ProcessWardenProps,
  shared: Omit<NotificationReceiverProps, 'receiver' | 'chatTopic' | 'secret' | 'url'>,
): { receivers: Record<string, NotificationReceiver>; chatTopic: ITopic | undefined } {
  const receivers: Record<string, NotificationReceiver> = {};
  let chatTopic: ITopic | undefined;
  if (chat) {
    chatTopic = new ServiceTopic(scope, 'ChatTopic', { create: encryptedTopic }).topic;
    receivers.Chat = new NotificationReceiver(scope, 'Chat', { ...shared, receiver: 'chat', chatTopic });
  }
  if (pagerDuty) {
    receivers.PagerDuty = new NotificationReceiver(scope, 'PagerDuty', {
      ...shared,
      receiver: 'pagerduty',
      secret: pagerDuty.routingKey,
      url: pagerDuty.endpoint,
    });
  }
  if (slack) {
    receivers.Slack = new NotificationReceiver(scope, 'Slack', {
      ...shared,
      receiver: 'slack',
      secret: slack.webhookUrl,
    });
  }
  return { receivers, chatTopic };
}
