import { SNSClient } from '@aws-sdk/client-sns';
import type { ItemEvent } from '../../contract/item-event.ts';
import { ItemEventsEnvironment } from '../../names/environment.ts';
import type { Running } from '../../running.ts';
import type { Clients } from '../clients.ts';
import { publishBatches } from './publish-batches.ts';

/** The topic that machines subscribe to. Its message attributes `workflow` and `event` are for filter policies. */
export class ItemEvents {
  static readonly environment = ItemEventsEnvironment;
  readonly client: SNSClient;
  readonly #topicArn: string;

  constructor(client: SNSClient, topicArn: string) {
    this.client = client;
    this.#topicArn = topicArn;
  }

  static connect({ ITEM_EVENT_TOPIC_ARN }: ItemEventsEnvironment, _: Running, clients: Clients): ItemEvents {
    return new ItemEvents(clients.of(SNSClient), ITEM_EVENT_TOPIC_ARN);
  }

  /**
   * Publishes events, in any order. Returns an error for each event that SNS did not accept, by its index in `events`.
   */
  async publish(events: readonly ItemEvent[]): Promise<Map<number, Error>> {
    const messages = events.map((one) => {
      const { workflow, event } = one;
      return { text: JSON.stringify(one), attributes: { workflow, event } };
    });
    const refused = await publishBatches(this.client, this.#topicArn, messages);
    return new Map([...refused].map(([at, { error }]) => [at, error]));
  }
}
