import {
  ChangeMessageVisibilityCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from '@aws-sdk/client-sqs';
import type { Clock } from '../../core/clock.ts';
import { PollingLoop } from '../event-source/polling-loop.ts';
import { retryAfterSeconds } from './backoff.ts';
import { Deletions } from './deletions.ts';
import { RETENTION_SECONDS } from './delivery-queue.ts';
import { deliveredMessage } from './message-structure.ts';

export interface DeliveryLoopOptions {
  client: SQSClient;
  queueUrl: string;
  /** The name of a message in lines for onError, for example `notification`. */
  what: string;
  /** The name of the target in lines for onError, without secrets. */
  target: string;
  /** Delivers one message. Rejects if the delivery failed, and soon after the signal. */
  deliver: (body: string, signal: AbortSignal) => Promise<void>;
  /** The most messages at once, 1–10. */
  parallel: number;
  clock: Clock;
  /** Called with one line for people about a failure. */
  onError: (message: string) => void;
}

/** The longest wait that SQS allows for a call, in seconds. */
const LONG_POLL_SECONDS = 20;
/** How long running deliveries may continue after `stop`, in milliseconds. */
const STOP_GRACE_MS = 700;
/** A lasting failure is reported once per this many attempts of a message. */
const REPORT_EVERY = 10;

/**
 * Receives messages from a queue and deletes each only after it was delivered: at least once, across restarts. `stop`
 * resolves within a second; an interrupted delivery is repeated later.
 */
export class DeliveryLoop extends PollingLoop {
  readonly #options: DeliveryLoopOptions;
  readonly #deletions: Deletions;

  constructor(options: DeliveryLoopOptions) {
    super({
      round: (signal) => this.#round(LONG_POLL_SECONDS, signal),
      onError: (error) =>
        options.onError(`Reading the ${options.what}s for ${options.target}: ${text(error)}`),
    });
    this.#options = options;
    this.#deletions = new Deletions(options.client, options.queueUrl);
  }

  /** Delivers the messages that the queue has now. Returns how many it tried. */
  deliverOnce(): Promise<number> {
    return this.#round(0, new AbortController().signal);
  }

  async #round(waitSeconds: number, signal: AbortSignal): Promise<number> {
    const { client, queueUrl, parallel } = this.#options;
    const command = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: parallel,
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
    });
    const { Messages = [] } = await client.send(command, { abortSignal: signal });
    const cut = new AbortController();
    let grace: NodeJS.Timeout | undefined;
    const stopping = () => {
      grace = setTimeout(() => cut.abort(), STOP_GRACE_MS);
    };
    if (signal.aborted) stopping();
    else signal.addEventListener('abort', stopping);
    const outcomes = await Promise.allSettled(Messages.map((message) => this.#attempt(message, cut.signal)));
    signal.removeEventListener('abort', stopping);
    clearTimeout(grace);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    return Messages.length;
  }

  async #attempt(message: Message, cut: AbortSignal): Promise<void> {
    const { client, queueUrl, deliver } = this.#options;
    const handle = { QueueUrl: queueUrl, ReceiptHandle: message.ReceiptHandle };
    try {
      await deliver(deliveredMessage(message.Body ?? ''), cut);
    } catch (error) {
      const attempts = Number(message.Attributes?.ApproximateReceiveCount ?? 1);
      const expired = this.#isExpired(message);
      if (!cut.aborted) this.#report(error, attempts, expired);
      if (!expired) {
        const VisibilityTimeout = retryAfterSeconds(attempts);
        await client.send(new ChangeMessageVisibilityCommand({ ...handle, VisibilityTimeout }));
        return;
      }
    }
    await this.#deletions.delete(message.ReceiptHandle ?? '');
  }

  /** fauxqs never deletes messages, whatever the queue's retention period is. */
  #isExpired(message: Message): boolean {
    const sentAt = Number(message.Attributes?.SentTimestamp ?? Number.NaN);
    return this.#options.clock.now() - sentAt >= RETENTION_SECONDS * 1_000;
  }

  #report(error: unknown, attempts: number, expired: boolean): void {
    const { what, target, onError } = this.#options;
    if (expired) {
      onError(`A ${what} for ${target} is given up after 14 days and ${attempts} attempts: ${text(error)}`);
    } else if (attempts === 1) {
      onError(`A ${what} could not be delivered to ${target}: ${text(error)}. It is tried again.`);
    } else if (attempts % REPORT_EVERY === 0) {
      onError(`A ${what} could still not be delivered to ${target} (attempt ${attempts}): ${text(error)}.`);
    }
  }
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
