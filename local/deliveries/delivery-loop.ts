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
import { faultText } from './delivery-error.ts';
import { retentionSeconds } from './delivery-queue.ts';
import { DeliveryReports, type DeliveryState } from './delivery-reports.ts';
import { Lines } from './lines.ts';
import { deliveredMessage } from './message-structure.ts';
import { Patience } from './patience.ts';
import { type Seat, Seats } from './seats.ts';

export interface DeliveryLoopOptions {
  client: SQSClient;
  queueUrl: string;
  /** The name of a message in lines for onError, for example `notification`. */
  what: string;
  /** The name of the target in lines for onError, without secrets. */
  target: string;
  /**
   * Delivers one message. Rejects if the delivery failed, and soon after the signal.
   *
   * @param id the same whenever the message is delivered again
   */
  deliver: (body: string, signal: AbortSignal, id: string) => Promise<void>;
  /** The line of a message: messages with the same line arrive in order. Undefined if the order does not matter. */
  lineOf?: (body: string) => string | undefined;
  /** Messages, 1–10. */
  parallel: number;
  clock: Clock;
  /** Called with one line for people about a failure. */
  onError: (message: string) => void;
}

/** A received message, read. */
interface Received {
  id: string;
  handle: string;
  body: string;
  line: string | undefined;
  sentAt: number;
  attempts: number;
}

/** As long as SQS lets a call wait, in seconds. */
const longPollSeconds = 20;
/** How long running deliveries may continue after `stop`, in milliseconds. */
const stopGraceMs = 700;

/**
 * Takes messages from a queue and deletes each only after it was delivered: at least once, across restarts. Each
 * delivery is independent: a delivery that hangs holds up nothing but the younger messages of its own line, and its
 * message is tried beside the others from then on. `stop` resolves within a second; an interrupted delivery is repeated
 * later.
 */
export class DeliveryLoop extends PollingLoop {
  readonly #options: DeliveryLoopOptions;
  readonly #deletions: Deletions;
  readonly #reports: DeliveryReports;
  readonly #seats: Seats;
  readonly #lines = new Lines();
  readonly #patience = new Patience();
  readonly #hung = new Set<string>();
  readonly #underWay = new Set<Promise<void>>();
  #cut = new AbortController();

  constructor(options: DeliveryLoopOptions) {
    const report = (error: unknown) =>
      options.onError(`Reading the ${options.what}s for ${options.target}: ${faultText(error)}`);
    super({ round: (signal) => this.#round(longPollSeconds, signal), onError: report });
    this.#options = options;
    this.#deletions = new Deletions(options.client, options.queueUrl);
    this.#reports = new DeliveryReports(options);
    this.#seats = new Seats(options.parallel);
  }

  /** Whether deliveries succeed. */
  get state(): DeliveryState {
    return this.#reports.state;
  }

  /** One round over all messages that can be delivered now. Returns how many it tried. */
  async deliverOnce(): Promise<number> {
    const count = await this.#round(0, new AbortController().signal);
    await Promise.all(this.#underWay);
    return count;
  }

  override async stop(): Promise<void> {
    const grace = setTimeout(() => this.#cut.abort(), stopGraceMs);
    await super.stop();
    await Promise.all(this.#underWay);
    clearTimeout(grace);
    this.#cut = new AbortController();
  }

  /** Takes as many messages as there are free seats, and starts their deliveries. */
  async #round(waitSeconds: number, signal: AbortSignal): Promise<number> {
    await this.#seats.untilFree(signal);
    if (signal.aborted) return 0;
    const { client, queueUrl } = this.#options;
    const command = new ReceiveMessageCommand({
      QueueUrl: queueUrl,
      MaxNumberOfMessages: Math.min(this.#seats.free, 10),
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['ApproximateReceiveCount', 'SentTimestamp'],
    });
    const { Messages = [] } = await client.send(command, { abortSignal: signal });
    for (const message of Messages) {
      const work = this.#handle(this.#read(message))
        // The message comes again when its visibility timeout has passed.
        .catch((error: unknown) => this.#reports.unfinished(error))
        .finally(() => this.#underWay.delete(work));
      this.#underWay.add(work);
    }
    return Messages.length;
  }

  #read({ MessageId = '', ReceiptHandle = '', Body = '', Attributes = {} }: Message): Received {
    const body = deliveredMessage(Body);
    return {
      id: MessageId,
      handle: ReceiptHandle,
      body,
      line: this.#options.lineOf?.(body),
      sentAt: Number(Attributes.SentTimestamp ?? Number.NaN),
      attempts: Number(Attributes.ApproximateReceiveCount ?? 1),
    };
  }

  async #handle(message: Received): Promise<void> {
    const seat = this.#hung.has(message.id) ? this.#seats.takeAside() : this.#seats.take(this.#patience.ms);
    if (seat === undefined) return this.#putBack(message, retryAfterSeconds(message.attempts));
    const askAgainAt = message.line && (await this.#lines.turn(message.line, message));
    if (askAgainAt) {
      seat.leave();
      // A second later than the older message, so that the older message comes first.
      return this.#putBack(message, secondsUntil(askAgainAt) + 1);
    }
    return this.#attempt(message, seat);
  }

  async #attempt(message: Received, seat: Seat): Promise<void> {
    const { deliver } = this.#options;
    const cut = this.#cut.signal;
    const startedAt = performance.now();
    try {
      await deliver(message.body, cut, message.id);
      this.#patience.learn(performance.now() - startedAt);
      this.#reports.succeeded();
    } catch (error) {
      const expired = this.#isExpired(message);
      if (performance.now() - startedAt > this.#patience.ms) this.#hung.add(message.id);
      if (!cut.aborted) this.#reports.failed(error, message.attempts, expired);
      if (!expired) {
        const seconds = retryAfterSeconds(message.attempts);
        if (message.line) this.#lines.failed(message.line, message, Date.now() + seconds * 1_000);
        return await this.#putBack(message, seconds);
      }
    } finally {
      seat.leave();
    }
    this.#hung.delete(message.id);
    if (message.line) this.#lines.done(message.line, message);
    await this.#deletions.delete(message.handle);
  }

  async #putBack({ handle }: Received, seconds: number): Promise<void> {
    const { client, queueUrl } = this.#options;
    const visibility = { QueueUrl: queueUrl, ReceiptHandle: handle, VisibilityTimeout: seconds };
    await client.send(new ChangeMessageVisibilityCommand(visibility));
  }

  /** fauxqs keeps messages for ever, in spite of the queue's retention period. */
  #isExpired({ sentAt }: Received): boolean {
    return this.#options.clock.now() - sentAt >= retentionSeconds * 1_000;
  }
}

/** fauxqs measures visibility by the time of the system. */
function secondsUntil(time: number): number {
  return Math.max(1, Math.ceil((time - Date.now()) / 1_000));
}
