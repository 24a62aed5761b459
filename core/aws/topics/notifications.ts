import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { Notification } from '../../contract/notification.ts';
import { NotificationsEnvironment } from '../../names/environment.ts';
import type { Running } from '../../running.ts';
import type { Clients } from '../clients.ts';

/** The topic that people subscribe to. */
export class Notifications {
  static readonly environment = NotificationsEnvironment;
  readonly client: SNSClient;
  readonly #topicArn: string;

  constructor(client: SNSClient, topicArn: string) {
    this.client = client;
    this.#topicArn = topicArn;
  }

  static connect(
    { NOTIFICATION_TOPIC_ARN }: NotificationsEnvironment,
    _: Running,
    clients: Clients,
  ): Notifications {
    return new Notifications(clients.of(SNSClient), NOTIFICATION_TOPIC_ARN);
  }

  /** Publishes one notification: `text` to e-mail, the whole notification as JSON to all other subscriptions. */
  async publish(notification: Notification, text: string): Promise<void> {
    const json = JSON.stringify(notification);
    await this.client.send(
      new PublishCommand({
        TopicArn: this.#topicArn,
        Subject: notification.subject,
        MessageStructure: 'json',
        Message: JSON.stringify({ default: json, email: text, sms: notification.subject }),
        MessageAttributes: {
          workflow: { DataType: 'String', StringValue: notification.workflow },
          event: { DataType: 'String', StringValue: notification.event },
          incident: { DataType: 'String', StringValue: notification.incident },
          sequence: { DataType: 'Number', StringValue: String(notification.sequence) },
          level: { DataType: 'String', StringValue: notification.level },
          kind: { DataType: 'String', StringValue: notification.kind },
          ...(notification.severity !== undefined && {
            severity: { DataType: 'String', StringValue: notification.severity },
          }),
        },
      }),
    );
  }
}
