import { type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** How many ReceiveMessage calls are made at the same time. */
const parallelReceives = 5;
/** The most messages that SQS returns for one call. */
export const messagesPerCall = 10;
/** Lambda invokes the function when it has gathered this many bytes. */
const mostBatchBytes = 6 * 1024 * 1024;

export interface GatherOptions {
  client: SQSClient;
  queueUrl: string;
  /** Messages. */
  batchSize: number;
  /** How long to gather after the first message, in milliseconds. */
  windowMs: number;
  /** How long the first call waits for a message, in seconds. */
  waitSeconds: number;
  /** Aborts that wait. Messages already received are still returned. */
  signal: AbortSignal;
  /** Called with the error of a call that failed after other calls had returned messages. */
  onError: (error: unknown) => void;
}

/**
 * Receives messages until the batch is full, the time is up or the queue is empty. Throws the error of the first call,
 * also an AbortError.
 */
export async function gather(options: GatherOptions): Promise<Message[]> {
  const { client, queueUrl, batchSize, windowMs, waitSeconds, signal, onError } = options;
  const receive = async (count: number, wait: number, abortSignal?: AbortSignal): Promise<Message[]> => {
    const input = {
      QueueUrl: queueUrl,
      MaxNumberOfMessages: Math.min(count, messagesPerCall),
      WaitTimeSeconds: wait,
      MessageSystemAttributeNames: ['All' as const],
      MessageAttributeNames: ['All'],
    };
    const output = await client.send(new ReceiveMessageCommand(input), abortSignal ? { abortSignal } : {});
    return output.Messages ?? [];
  };
  const gathered = await receive(batchSize, waitSeconds, signal);
  const end = performance.now() + windowMs;
  let bytes = size(gathered);
  while (
    gathered.length > 0 &&
    gathered.length < batchSize &&
    bytes < mostBatchBytes &&
    performance.now() < end &&
    !signal.aborted
  ) {
    // These calls do not wait, so they need no abort. An abort could lose sight of messages that were already received.
    const calls = shares(batchSize - gathered.length).map((count) => receive(count, 0));
    const outcomes = await Promise.allSettled(calls);
    const before = gathered.length;
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') {
        onError(outcome.reason);
        continue;
      }
      bytes += size(outcome.value);
      gathered.push(...outcome.value);
    }
    if (gathered.length === before || outcomes.some((outcome) => outcome.status === 'rejected')) break;
  }
  return gathered;
}

/** The most messages for each of the calls, so that together they never exceed the batch. */
function shares(missing: number): number[] {
  const calls = Math.min(parallelReceives, Math.ceil(missing / messagesPerCall));
  return Array.from({ length: calls }, (_, index) => missing - index * messagesPerCall);
}

function size(messages: readonly Message[]): number {
  return messages.reduce((sum, message) => sum + Buffer.byteLength(message.Body ?? ''), 0);
}
