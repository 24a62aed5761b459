import type { Around } from '../around.ts';
import { AwsError } from '../aws-error.ts';
import { type MessageAttributes, messageBytes } from '../queues/digests.ts';
import { checkEntries } from '../queues/messages.ts';
import type { Queues } from '../queues/queues.ts';
import { matchesPolicy } from './filter-policy.ts';
import { invalidParameter, type Subscription, type Topic, type Topics } from './topics.ts';

interface Published {
  Message?: string;
  Subject?: string;
  MessageStructure?: string;
  MessageAttributes?: MessageAttributes;
}

interface Entry extends Published {
  Id: string;
}

/** Of a message, and of all messages of a batch (https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html). */
const mostBytes = 256 * 1024;
const refused = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

/** Publish and PublishBatch: each message to every queue that is subscribed and whose filter policy it matches. */
export class Publishing {
  readonly #topics: Topics;
  readonly #queues: Queues;
  readonly #around: () => Around;
  #published = 0;

  constructor(topics: Topics, queues: Queues, around: () => Around) {
    this.#topics = topics;
    this.#queues = queues;
    this.#around = around;
  }

  publish({ TopicArn, ...message }: Published & { TopicArn?: string }): object {
    return { MessageId: this.#publish(this.#topics.get(TopicArn), message) };
  }

  batch({
    TopicArn,
    PublishBatchRequestEntries: entries = [],
  }: {
    TopicArn?: string;
    PublishBatchRequestEntries?: Entry[];
  }): object {
    const topic = this.#topics.get(TopicArn);
    checkEntries(entries);
    const bytes = entries.map(({ Message = '', MessageAttributes = {} }) =>
      messageBytes(Message, MessageAttributes),
    );
    if (bytes.reduce((sum, one) => sum + one, 0) > mostBytes) {
      throw new AwsError(
        'BatchRequestTooLong',
        'The length of all the batch messages put together is more than the limit.',
      );
    }
    const Successful: object[] = [];
    const Failed: object[] = [];
    for (const [at, entry] of entries.entries()) {
      const left = { service: 'sns', operation: 'PublishBatch', at, of: entries.length } as const;
      try {
        if (this.#around().disturbances.leavesOut?.(left)) {
          Failed.push({ Id: entry.Id, Code: 'InternalError', SenderFault: false });
        } else Successful.push({ Id: entry.Id, MessageId: this.#publish(topic, entry) });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
      }
    }
    return { Successful, Failed };
  }

  clear(): void {
    this.#published = 0;
  }

  /** Returns the id of the message. */
  #publish(topic: Topic, message: Published): string {
    const { MessageAttributes: attributes = {} } = message;
    const text = checkedText(message);
    const id = `10000000-0000-4000-8000-${String(++this.#published).padStart(12, '0')}`;
    for (const subscription of topic.subscriptions) {
      const { protocol, endpoint, filterPolicy, isRaw } = subscription;
      if (protocol !== 'sqs' || !this.#queues.has(endpoint)) continue;
      if (filterPolicy && !matchesPolicy(filterPolicy, attributes)) continue;
      const queue = this.#queues.get(endpoint);
      if (isRaw) this.#queues.send(queue, { body: text, attributes });
      else this.#queues.send(queue, { body: this.#envelope(topic, subscription, { id, text, message }) });
    }
    return id;
  }

  #envelope(
    topic: Topic,
    subscription: Subscription,
    { id, text, message }: { id: string; text: string; message: Published },
  ): string {
    const attributes = Object.entries(message.MessageAttributes ?? {});
    const MessageAttributes = Object.fromEntries(
      attributes.map(([name, { DataType, StringValue, BinaryValue }]) => [
        name,
        { Type: DataType, Value: StringValue ?? BinaryValue },
      ]),
    );
    return JSON.stringify({
      Type: 'Notification',
      MessageId: id,
      TopicArn: topic.arn,
      Subject: message.Subject,
      Message: text,
      Timestamp: new Date(this.#around().clock.now()).toISOString(),
      SignatureVersion: '1',
      Signature: 'none',
      UnsubscribeURL: `http://127.0.0.1/?Action=Unsubscribe&SubscriptionArn=${subscription.arn}`,
      ...(attributes.length > 0 && { MessageAttributes }),
    });
  }
}

/** The text for queues. Throws if SNS refuses it. */
function checkedText({ Message = '', Subject, MessageStructure, MessageAttributes = {} }: Published): string {
  if (Message === '') throw invalidParameter('Empty message');
  if (refused.test(Message)) throw invalidParameter('Message has characters that are not allowed');
  // Line breaks and other control characters, and more than 100 characters, are refused.
  if (Subject !== undefined && !/^[^\p{Cc}]{1,100}$/u.test(Subject)) throw invalidParameter('Subject');
  if (messageBytes(Message, MessageAttributes) > mostBytes) throw invalidParameter('Message too long');
  return MessageStructure === 'json' ? textForQueues(Message) : Message;
}

function textForQueues(message: string): string {
  let texts: { default?: unknown; sqs?: unknown };
  try {
    texts = JSON.parse(message);
  } catch {
    throw invalidParameter('Message Structure - JSON message body failed to parse');
  }
  if (typeof texts?.default !== 'string') {
    throw invalidParameter('Message Structure - No default entry in JSON message body');
  }
  return typeof texts.sqs === 'string' ? texts.sqs : texts.default;
}
