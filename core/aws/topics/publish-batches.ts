import { PublishBatchCommand, type PublishBatchRequestEntry, type SNSClient } from '@aws-sdk/client-sns';
import pLimit from 'p-limit';

/**
 * The limits of one PublishBatch: 10 messages, and 256 KiB of all of them together with their attributes
 * (https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html).
 */
const mostEntries = 10;
const mostBytes = 256 * 1024;
/** More than the attributes of a message take: a workflow's name, and an event. */
const attributeBytes = 128;
/** How many calls run at the same time. */
const parallel = 8;

export interface Message {
  text: string;
  /** For filter policies. */
  attributes: Record<string, string>;
}

export interface Refusal {
  /** Its name is SNS's code. */
  error: Error;
  /** Whether the error is about this message and not about the call. */
  isOfItem: boolean;
}

/**
 * Publishes messages in as few calls as possible, in any order. Returns the error of each message that SNS rejected,
 * by its index in `messages`: a call can fail in part and still answer 200.
 */
export async function publishBatches(
  client: SNSClient,
  topicArn: string,
  messages: readonly Message[],
): Promise<Map<number, Refusal>> {
  const failed = new Map<number, Refusal>();
  await pLimit(parallel).map(batchesOf(messages), async (batch) => {
    try {
      const reply = await client.send(
        new PublishBatchCommand({ TopicArn: topicArn, PublishBatchRequestEntries: batch }),
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

/** Whether a message of this text fits one call. */
export function isPublishable(text: string): boolean {
  return bytesOf(text) <= mostBytes;
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text) + attributeBytes;
}

function batchesOf(messages: readonly Message[]): PublishBatchRequestEntry[][] {
  const batches: { entries: PublishBatchRequestEntry[]; bytes: number }[] = [];
  for (const [index, { text, attributes }] of messages.entries()) {
    const entry = { Id: String(index), Message: text, MessageAttributes: attributesOf(attributes) };
    const bytes = bytesOf(text);
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

function attributesOf(attributes: Message['attributes']) {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, { DataType: 'String', StringValue: value }]),
  );
}
