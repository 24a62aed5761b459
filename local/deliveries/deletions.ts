import type { SQSClient } from '@aws-sdk/client-sqs';
import { deleteMessages } from '../event-source/delete-messages.ts';
import { messagesPerCall } from '../event-source/gather.ts';

/**
 * How many milliseconds a deletion waits for others to share its call. Not longer: a delivered message that is not
 * deleted when the process is killed is delivered again.
 */
const shareMs = 5;

interface Deletion {
  handle: string;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Deletes the messages of one queue. Deletions of the same moment share a call: alone, each costs as much as its
 * delivery.
 */
export class Deletions {
  readonly #client: SQSClient;
  readonly #queueUrl: string;
  #waiting: Deletion[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(client: SQSClient, queueUrl: string) {
    this.#client = client;
    this.#queueUrl = queueUrl;
  }

  /** Resolves when the message with this receipt handle is deleted. */
  delete(handle: string): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ handle, resolve, reject });
      if (this.#waiting.length === messagesPerCall) void this.#deleteWaiting();
      else this.#timer ??= setTimeout(() => this.#deleteWaiting(), shareMs);
    });
  }

  async #deleteWaiting(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const waiting = this.#waiting;
    this.#waiting = [];
    const handles = waiting.map(({ handle }) => handle);
    try {
      await deleteMessages(this.#client, this.#queueUrl, handles);
      for (const { resolve } of waiting) resolve();
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }
}
