import { PublishBatchCommand, type PublishBatchRequestEntry, SNSClient } from '@aws-sdk/client-sns';
import pLimit from 'p-limit';
import type { ItemEvent } from '../../contract/item-event.ts';
import type { ItemEventsEnvironment } from '../../names/environment.ts';
import { clientSettings } from '../client-settings.ts';

export function connectItemEvents(environment: ItemEventsEnvironment): ItemEvents {
  return new ItemEvents(new SNSClient(clientSettings), environment.ITEM_EVENT_TOPIC_ARN);
}

/**
 * Messages and bytes in one PublishBatch: SNS takes 10, and 256 KiB of all of them together, attributes included
 * (https://docs.aws.amazon.com/sns/latest/api/API_PublishBatch.html).
 */
const mostEntries = 10;
const mostBytes = 200 * 1024;
/** How many calls run at the same time. */
const parallel = 8;

/** The topic that machines subscribe to. Its message attributes `workflow` and `event` are for filter policies. */
export class ItemEvents {
  readonly client: SNSClient;
  readonly #topicArn: string;

  constructor(client: SNSClient, topicArn: string) {
    this.client = client;
    this.#topicArn = topicArn;
  }

  /**
   * Publishes events, ten in a call, in any order. Returns an error for each event that SNS rejected, by its index in
   * `events`: a batch can fail in part and still answer 200.
   */
  async publish(events: readonly ItemEvent[]): Promise<Map<number, Error>> {
    const failed = new Map<number, Error>();
    await pLimit(parallel).map(batchesOf(events), async (batch) => {
      try {
        const reply = await this.client.send(
          new PublishBatchCommand({ TopicArn: this.#topicArn, PublishBatchRequestEntries: batch }),
        );
        for (const { Id, Code } of reply.Failed ?? []) {
          failed.set(Number(Id), Object.assign(new Error('SNS rejected the event'), { code: Code }));
        }
      } catch (error) {
        for (const { Id } of batch) failed.set(Number(Id), error as Error);
      }
    });
    return failed;
  }
}

function batchesOf(events: readonly ItemEvent[]): PublishBatchRequestEntry[][] {
  const batches: { entries: PublishBatchRequestEntry[]; bytes: number }[] = [];
  for (const [index, event] of events.entries()) {
    const Message = JSON.stringify(event);
    const bytes = Buffer.byteLength(Message) + 256;
    const entry: PublishBatchRequestEntry = {
      Id: String(index),
      Message,
      MessageAttributes: {
        workflow: { DataType: 'String', StringValue: event.workflow },
        event: { DataType: 'String', StringValue: event.event },
      },
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
