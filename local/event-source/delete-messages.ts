import { setTimeout as delay } from 'node:timers/promises';
import { DeleteMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { pagesOf } from '../../core/pages-of.ts';
import { messagesPerCall } from './gather.ts';

const attempts = 5;
/** The pause after the first attempt, doubled with each, in milliseconds. */
const firstPauseMs = 50;
const parallelCalls = 5;

/**
 * Deletes messages by their receipt handles and retries failed deletions. Throws an error if some remain, which the
 * queue delivers again.
 */
export async function deleteMessages(
  client: SQSClient,
  queueUrl: string,
  receiptHandles: readonly string[],
): Promise<void> {
  let left = [...receiptHandles];
  let reason: unknown;
  for (let attempt = 0; left.length > 0 && attempt < attempts; attempt += 1) {
    if (attempt > 0) await delay(firstPauseMs * 2 ** (attempt - 1));
    const next: string[] = [];
    const work = pagesOf(left, messagesPerCall).values();
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
    await Promise.all(Array.from({ length: parallelCalls }, worker));
    left = next;
  }
  if (left.length > 0) {
    const message = `${left.length} messages were handled but not deleted from ${queueUrl}: they come again`;
    throw new Error(message, { cause: reason });
  }
}

/** The receipt handles that SQS did not delete. */
async function deleteChunk(client: SQSClient, queueUrl: string, handles: string[]): Promise<string[]> {
  const Entries = handles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
  const { Failed } = await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  return (Failed ?? []).flatMap((entry) => handles[Number(entry.Id)] ?? []);
}
