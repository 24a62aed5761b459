import { setTimeout as delay } from 'node:timers/promises';
import { DeleteMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { MESSAGES_PER_CALL } from './gather.ts';

const ATTEMPTS = 5;
/** The pause after the first attempt, doubled with each, in milliseconds. */
const FIRST_PAUSE_MS = 50;
const PARALLEL_CALLS = 5;

/**
 * Deletes messages by their receipt handles and retries failed deletions.
 * @throws Error if some remain; the queue delivers those again
 */
export async function deleteMessages(
  client: SQSClient,
  queueUrl: string,
  receiptHandles: readonly string[],
): Promise<void> {
  let left = [...receiptHandles];
  let reason: unknown;
  for (let attempt = 0; left.length > 0 && attempt < ATTEMPTS; attempt += 1) {
    if (attempt > 0) await delay(FIRST_PAUSE_MS * 2 ** (attempt - 1));
    const next: string[] = [];
    const chunks = Array.from({ length: Math.ceil(left.length / MESSAGES_PER_CALL) }, (_, index) =>
      left.slice(index * MESSAGES_PER_CALL, (index + 1) * MESSAGES_PER_CALL),
    );
    const work = chunks.values();
    const worker = async () => {
      for (const chunk of work) {
        try {
          next.push(...(await deleteChunk(client, queueUrl, chunk)));
        } catch (error) {
          reason = error;
          next.push(...chunk);
        }
      }
    };
    await Promise.all(Array.from({ length: PARALLEL_CALLS }, worker));
    left = next;
  }
  if (left.length > 0) {
    const message = `${left.length} messages were handled but not deleted from ${queueUrl}: they come again.`;
    throw new Error(message, { cause: reason });
  }
}

/** The receipt handles that SQS did not delete. */
async function deleteChunk(client: SQSClient, queueUrl: string, handles: string[]): Promise<string[]> {
  const Entries = handles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
  const { Failed } = await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  return (Failed ?? []).flatMap((entry) => handles[Number(entry.Id)] ?? []);
}
