import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import type { TopicState, WatchedTopic } from '../../model/warden/subscribers.ts';
import { SubscribersEnvironment } from '../../names/environment.ts';
import type { Running } from '../../running.ts';
import type { Clients } from '../clients.ts';

/** Who is subscribed to the topics for people. */
export class Subscribers {
  static readonly environment = SubscribersEnvironment;
  readonly client: SNSClient;
  readonly #topics: [WatchedTopic, string][];

  constructor(client: SNSClient, topics: [WatchedTopic, string][]) {
    this.client = client;
    this.#topics = topics;
  }

  static connect(
    { NOTIFICATION_TOPIC_ARN, ALARM_TOPIC_ARN }: SubscribersEnvironment,
    _: Running,
    clients: Clients,
  ): Subscribers {
    const alarms: [WatchedTopic, string][] =
      ALARM_TOPIC_ARN === 'none' ? [] : [['alarm topic', ALARM_TOPIC_ARN]];
    return new Subscribers(clients.of(SNSClient), [
      ['notification topic', NOTIFICATION_TOPIC_ARN],
      ...alarms,
    ]);
  }

  /**
   * The state of each topic. A topic that is gone or that another account hides is a state too. Throws any other error.
   */
  async read(): Promise<TopicState[]> {
    return Promise.all(this.#topics.map(([topic, arn]) => this.#stateOf(topic, arn)));
  }

  async #stateOf(topic: WatchedTopic, arn: string): Promise<TopicState> {
    try {
      const { Attributes } = await this.client.send(new GetTopicAttributesCommand({ TopicArn: arn }));
      return { topic, confirmed: Number(Attributes?.SubscriptionsConfirmed ?? 0) };
    } catch (error) {
      const { name } = error as Error;
      if (!/^(NotFound|AuthorizationError)/.test(name)) throw error;
      return { topic, error: name };
    }
  }
}
