import {
  GetTopicAttributesCommand,
  PublishBatchCommand,
  type PublishBatchRequestEntry,
  SNSClient,
} from '@aws-sdk/client-sns';
import pLimit from 'p-limit';
import type { JsonText } from '../../json-text.ts';
import type { RedriveEnvironment } from '../../names/environment.ts';
import { clientSettings } from '../client-settings.ts';

export function connectRedriveTopic(environment: RedriveEnvironment): RedriveTopic {
  return new RedriveTopic(new SNSClient(clientSettings), environment.REDRIVE_TOPIC_ARN);
}

/** SNS takes 10 messages, and 256 KiB of all of them together, in one call. */
const mostEntries = 10;
const mostBytes = 256 * 1024;
const attributeBytes = 128;
/** Calls at once. */
const parallel = 8;

export interface Refusal {
  error: Error;
  /** Whether the error is about this message and not about the call. */
  isOfItem: boolean;
}

/** The topic that upstream services subscribe to. Its message attribute `workflow` is for filter policies. */
export class RedriveTopic {
  readonly client: SNSClient;
  readonly #topicArn: string;

  constructor(client: SNSClient, topicArn: string) {
    this.client = client;
    this.#topicArn = topicArn;
  }

  /** The number of confirmed subscriptions. */
  async subscriptions(): Promise<number> {
    const { Attributes } = await this.client.send(
      new GetTopicAttributesCommand({ TopicArn: this.#topicArn }),
    );
    return Number(Attributes?.SubscriptionsConfirmed);
  }

  /** Publishes messages. Returns the error of each message that SNS rejected, by its index in `messages`. */
  async publish(workflow: string, messages: readonly JsonText[]): Promise<Map<number, Refusal>> {
    const failed = new Map<number, Refusal>();
    await pLimit(parallel).map(batchesOf(workflow, messages), async (batch) => {
      try {
        const reply = await this.client.send(
          new PublishBatchCommand({ TopicArn: this.#topicArn, PublishBatchRequestEntries: batch }),
        );
        for (const { Id, Code } of reply.Failed ?? []) {
          const error = Object.assign(new Error('SNS rejected the message'), { name: Code ?? 'Error' });
          failed.set(Number(Id), { error, isOfItem: true });
        }
      } catch (error) {
        for (const { Id } of batch) failed.set(Number(Id), { error: error as Error, isOfItem: false });
      }
    });
    return failed;
  }
}

function batchesOf(workflow: string, messages: readonly JsonText[]): PublishBatchRequestEntry[][] {
  const batches: { entries: PublishBatchRequestEntry[]; bytes: number }[] = [];
  for (const [index, message] of messages.entries()) {
    const Message = deliverable(message);
    const bytes = Buffer.byteLength(Message) + attributeBytes;
    const entry: PublishBatchRequestEntry = {
      Id: String(index),
      Message,
      MessageAttributes: { workflow: { DataType: 'String', StringValue: workflow } },
    };
    const last = batches.at(-1);
    if (last && last.entries.length < mostEntries && last.bytes + bytes <= mostBytes) {
      last.entries.push(entry);
      last.bytes += bytes;
    } else {
      batches.push({ entries: [entry], bytes });
    }
  }
  return batches.map(({ entries }) => entries);
}

/**
 * SQS refuses some characters that JSON may contain, and the embedded SQS refuses all beyond U+FFFF. They are
 * escaped, which means the same, unless that would make the message too large.
 */
function deliverable(message: JsonText): string {
  const escaped = message.replace(
    /[\u007f-\u009f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return Buffer.byteLength(escaped) + attributeBytes <= mostBytes ? escaped : message;
}
