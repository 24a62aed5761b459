import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { systemClock } from '../core/clock.ts';
import { checkTimersTimeoutMs } from '../core/names/clockwork.ts';
import { failedMessageIds } from './event-source/batch-response.ts';
import { deleteMessages } from './event-source/delete-messages.ts';
import { gather } from './event-source/gather.ts';
import { lambdaContext } from './event-source/lambda-context.ts';
import { PollingLoop } from './event-source/polling-loop.ts';
import { toRecord } from './event-source/records.ts';

export interface EventSourceOptions {
  client: SQSClient;
  queueUrl: string;
  queueArn: string;
  /** Nothing, null or an empty response are success, as in Lambda. */
  handler: (event: SQSEvent, context: Context) => Promise<SQSBatchResponse | undefined>;
  /** Messages in one invocation, 1–10,000. */
  batchSize: number;
  /** How long after its first message a batch may still grow, in milliseconds. */
  windowMs: number;
  /** Called with the error of a call to SQS, or of the handler for a whole batch. */
  onError: (error: unknown) => void;
}

/** The longest wait that SQS allows for a call, in seconds. */
const longPollSeconds = 20;

/**
 * Lambda's event source mapping for an SQS queue. A message that the handler fails is delivered again after the
 * queue's visibility timeout, and the queue's redrive policy moves it to the dead-letter queue.
 *
 * `stop` aborts a long poll at once and lets a running invocation end. fauxqs does not notice the abort: messages
 * sent within the 20 s of the poll go to it and are hidden for the visibility timeout. Stop fauxqs next.
 */
export class EventSource extends PollingLoop {
  readonly #options: EventSourceOptions;

  constructor(options: EventSourceOptions) {
    super({ round: (signal) => this.#round(longPollSeconds, signal), onError: options.onError });
    if (!Number.isInteger(options.batchSize) || options.batchSize < 1 || options.batchSize > 10_000) {
      throw new RangeError(`batchSize must be 1–10,000; received ${options.batchSize}`);
    }
    this.#options = options;
  }

  /** Handles the messages that the queue has now. Returns how many it received. Rejects if SQS does not answer. */
  pollOnce(): Promise<number> {
    return this.#round(0, new AbortController().signal);
  }

  async #round(waitSeconds: number, signal: AbortSignal): Promise<number> {
    const { client, queueUrl, queueArn, onError } = this.#options;
    const messages = await gather({ ...this.#options, waitSeconds, signal });
    if (messages.length === 0) return 0;
    const records = messages.map((message) => toRecord(message, queueArn));
    const done = await this.#invoke(records);
    try {
      await deleteMessages(client, queueUrl, done);
    } catch (error) {
      onError(error);
    }
    return messages.length;
  }

  /** The receipt handles of the messages that the handler has processed. */
  async #invoke(records: readonly SQSRecord[]): Promise<string[]> {
    const { handler, queueArn, onError } = this.#options;
    const context = lambdaContext(queueArn.split(':').at(-1) ?? '', checkTimersTimeoutMs, systemClock);
    try {
      // By JSON, so that a handler can neither share references nor rely on values that JSON loses.
      const response: unknown = await handler(JSON.parse(JSON.stringify({ Records: records })), context);
      const failed = failedMessageIds(
        JSON.parse(JSON.stringify(response) ?? 'null'),
        new Set(records.map((record) => record.messageId)),
      );
      return records.filter((record) => !failed.has(record.messageId)).map((record) => record.receiptHandle);
    } catch (error) {
      onError(error);
      return [];
    }
  }
}

/** Starts an event source. */
export function startEventSource(options: EventSourceOptions): EventSource {
  const source = new EventSource(options);
  void source.run();
  return source;
}
