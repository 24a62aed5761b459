import { type MessageAttributeValue, PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { type Address, addressOf } from '../../contract/commands.ts';
import type { Digest, PublishedNotification } from '../../contract/digest.ts';
import { NotificationsEnvironment } from '../../names/environment.ts';
import type { Running } from '../../running.ts';
import type { Clients } from '../clients.ts';

/** The topic that people subscribe to. */
export class Notifications {
  static readonly environment = NotificationsEnvironment;
  readonly client: SNSClient;
  /** Where people reach the service. A laptop knows it only when it delivers. */
  readonly address: Address | undefined;
  readonly #topicArn: string;

  constructor(client: SNSClient, topicArn: string, address?: Address) {
    this.client = client;
    this.address = address;
    this.#topicArn = topicArn;
  }

  static connect(
    { NOTIFICATION_TOPIC_ARN, CONSOLE_URL }: NotificationsEnvironment,
    _: Running,
    clients: Clients,
  ): Notifications {
    return new Notifications(clients.of(SNSClient), NOTIFICATION_TOPIC_ARN, addressOf(CONSOLE_URL));
  }

  /** Publishes one notification or digest: `text` to e-mail, the whole message as JSON to all other subscriptions. */
  async publish(notification: PublishedNotification, text: string): Promise<void> {
    const json = JSON.stringify(notification);
    await this.client.send(
      new PublishCommand({
        TopicArn: this.#topicArn,
        Subject: notification.subject,
        MessageStructure: 'json',
        Message: JSON.stringify({ default: json, email: text, sms: notification.subject }),
        MessageAttributes: attributesOf(notification),
      }),
    );
  }
}

/** What filter policies see. A digest matches the filter of every workflow, kind and severity in it. */
function attributesOf(notification: PublishedNotification): Record<string, MessageAttributeValue> {
  const { event, level } = notification;
  const shared = { event: text(event), level: text(level) };
  if (event === 'digest') return { ...shared, ...listsOf(notification) };
  const { workflow, kind, severity, incident, sequence } = notification;
  return {
    ...shared,
    workflow: text(workflow),
    kind: text(kind),
    incident: text(incident),
    sequence: { DataType: 'Number', StringValue: String(sequence) },
    ...(severity !== undefined && { severity: text(severity) }),
  };
}

function listsOf({ incidents }: Digest): Record<string, MessageAttributeValue> {
  const severities = incidents.flatMap(({ severity }) => severity ?? []);
  return {
    workflow: list(incidents.map(({ workflow }) => workflow)),
    kind: list(incidents.map(({ kind }) => kind)),
    ...(severities.length > 0 && { severity: list(severities) }),
  };
}

function text(value: string): MessageAttributeValue {
  return { DataType: 'String', StringValue: value };
}

function list(values: readonly string[]): MessageAttributeValue {
  return { DataType: 'String.Array', StringValue: JSON.stringify([...new Set(values)]) };
}
