import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns';
import type { JsonText } from '../../json-text.ts';
import { RedriveEnvironment } from '../../names/environment.ts';
import type { Running } from '../../running.ts';
import type { Clients } from '../clients.ts';
import { isPublishable, publishBatches, type Refusal } from './publish-batches.ts';

/** The topic that upstream services subscribe to. Its message attribute `workflow` is for filter policies. */
export class RedriveTopic {
  static readonly environment = RedriveEnvironment;
  readonly client: SNSClient;
  readonly #topicArn: string;

  constructor(client: SNSClient, topicArn: string) {
    this.client = client;
    this.#topicArn = topicArn;
  }

  static connect({ REDRIVE_TOPIC_ARN }: RedriveEnvironment, _: Running, clients: Clients): RedriveTopic {
    return new RedriveTopic(clients.of(SNSClient), REDRIVE_TOPIC_ARN);
  }

  /** The number of confirmed subscriptions. */
  async subscriptions(): Promise<number> {
    const { Attributes } = await this.client.send(
      new GetTopicAttributesCommand({ TopicArn: this.#topicArn }),
    );
    return Number(Attributes?.SubscriptionsConfirmed);
  }

  /**
   * Publishes messages, in any order. Returns the error of each message that SNS did not accept, by its index in
   * `messages`.
   */
  async publish(workflow: string, messages: readonly JsonText[]): Promise<Map<number, Refusal>> {
    const attributes = { workflow };
    const deliverables = messages.map((message) => ({ text: deliverable(message), attributes }));
    return publishBatches(this.client, this.#topicArn, deliverables);
  }
}

/**
 * Characters that are escaped, which means the same in JSON. SNS and SQS take #x9, #xA, #xD, #x20 to #xD7FF, #xE000 to
 * #xFFFD and #x10000 to #x10FFFF: of all other characters, only U+FFFE and U+FFFF can be in a JSON text without an
 * escape.
 */
const refused = /[\ufffe\uffff]/g;
/** The embedded SQS refuses all characters beyond U+FFFF, and some tools cannot show the other escaped characters. */
const awkward = /[\u007f-\u009f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]/g;

/**
 * The message in a form that SNS accepts. If escaping would make it too large, only the characters that SNS refuses are
 * escaped.
 */
export function deliverable(message: JsonText): string {
  const all = message.replace(awkward, escaped);
  return isPublishable(all) ? all : message.replace(refused, escaped);
}

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
