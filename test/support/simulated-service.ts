import { type Digest, PublishedNotification } from '../../core/contract/digest.ts';
import { ItemEvent } from '../../core/contract/item-event.ts';
import type { Notification } from '../../core/contract/notification.ts';
import type { Log, MetricValues } from '../../core/log.ts';
import { create as createCheckTimers } from '../../functions/check-timers.ts';
import { create as createSweep } from '../../functions/sweep.ts';
import { ensureSubscription } from '../../local/deliveries/delivery-queue.ts';
import { deliveredMessage } from '../../local/deliveries/message-structure.ts';
import { type EmbeddedOptions, startEmbeddedAws } from '../../local/embedded-aws.ts';
import { EventSource } from '../../local/event-source.ts';
import { connectMemory } from '../../prove/memory/connect-memory.ts';
import { ManualClock } from './manual-clock.ts';
import { jitteredFirings } from './start-warden.ts';
import type { FiringAws } from './warden.ts';

export interface SimulatedOptions extends Pick<EmbeddedOptions, 'data' | 'jitterMs' | 'random'> {
  /**
   * On the AWS in memory, which takes half of the processor time (docs/adr/0041), instead of the embedded servers of the
   * local service.
   */
  inMemory?: boolean | undefined;
  /**
   * How long a batch of expired timers may grow while the queue has more, in milliseconds; 250 as in the local service.
   */
  windowMs?: number;
  /** Called with every item event, also a repeated one. */
  onItemEvent: (event: ItemEvent) => void;
  /** Between the queue of expired timers and check-timers. Returns the ids of messages that could not be handled. */
  onTimers?: (messages: Message[], checkTimers: (messages: Message[]) => Promise<string[]>) => Promise<void>;
}

export interface Message {
  messageId: string;
  body: string;
}

/**
 * The functions of the local service on its embedded AWS or on one in memory, and a subscriber to each topic, for
 * simulations: time is moved by hand, nothing runs by itself, and the memory for items does not grow with them.
 */
export class SimulatedService {
  readonly aws: FiringAws;
  readonly clock: ManualClock;
  /** Moves expired timers from their queue to check-timers. */
  readonly timers: EventSource;
  readonly sweep: () => Promise<void>;
  readonly notifications: Notification[] = [];
  readonly digests: Digest[] = [];
  /** The metrics of the service itself. */
  readonly metrics: Required<Record<'overdue' | 'caughtBySweep', number>> & { delays: number[] };
  /** Logged errors, by message. */
  readonly errors: Map<string, number>;
  readonly #subscribers: EventSource[] = [];

  private constructor(
    aws: FiringAws,
    clock: ManualClock,
    kept: Pick<SimulatedService, 'metrics' | 'errors'>,
    { onTimers, windowMs }: Pick<SimulatedOptions, 'onTimers' | 'windowMs'>,
  ) {
    this.aws = aws;
    this.clock = clock;
    this.metrics = kept.metrics;
    this.errors = kept.errors;
    const checkTimers = createCheckTimers(aws.service);
    const failedOf = async (Records: Message[]) =>
      (await checkTimers({ Records })).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    this.timers = this.#eventSource(
      aws.timerQueue,
      onTimers ? ({ Records }) => onTimers(Records, failedOf) : checkTimers,
      windowMs,
    );
    this.sweep = createSweep(aws.service);
  }

  static async start(options: SimulatedOptions): Promise<SimulatedService> {
    const clock = new ManualClock();
    const metrics = { overdue: 0, caughtBySweep: 0, delays: [] as number[] };
    const errors = new Map<string, number>();
    const count = (message: string) => errors.set(message, (errors.get(message) ?? 0) + 1);
    const log: Log = {
      info() {},
      warn() {},
      error: count,
      metrics({ Overdue = 0, CaughtBySweep = 0, DetectionDelay = [] }: MetricValues) {
        metrics.overdue += Number(Overdue);
        metrics.caughtBySweep += Number(CaughtBySweep);
        metrics.delays.push(...[DetectionDelay].flat());
      },
    };
    const firings = jitteredFirings(options.jitterMs, options.random);
    const aws = options.inMemory
      ? await connectMemory({ clock, log, disturbances: { firings } })
      : await startEmbeddedAws({ ...options, clock, log });
    const service = new SimulatedService(aws, clock, { metrics, errors }, options);
    await service.#subscribe(aws.topicArn, 'people', (body) => {
      const message = PublishedNotification.parse(JSON.parse(deliveredMessage(body)));
      if (message.event === 'digest') service.digests.push(message);
      else service.notifications.push(message);
    });
    await service.#subscribe(aws.itemEventTopicArn, 'machines', (body) =>
      options.onItemEvent(ItemEvent.parse(JSON.parse(body))),
    );
    return service;
  }

  /** Returns the messages published since the last call. */
  async receive(): Promise<void> {
    for (const subscriber of this.#subscribers) while ((await subscriber.pollOnce()) > 0);
  }

  async close(): Promise<void> {
    await this.aws.close();
  }

  async #subscribe(topicArn: string, queueName: string, take: (body: string) => void): Promise<void> {
    const queue = await ensureSubscription({ ...this.aws, topicArn, queueName });
    this.#subscribers.push(
      this.#eventSource(queue, async ({ Records }) => {
        for (const { body } of Records) take(body);
      }),
    );
  }

  #eventSource(
    queue: { url: string; arn: string },
    handler: (event: { Records: Message[] }) => Promise<unknown>,
    windowMs = 250,
  ): EventSource {
    return new EventSource({
      client: this.aws.sqs,
      queueUrl: queue.url,
      queueArn: queue.arn,
      handler: handler as never,
      batchSize: 500,
      // While the queue has more: nothing is sent meanwhile, so a longer wait would bring nothing.
      windowMs,
      onError: () => this.errors.set('event source', (this.errors.get('event source') ?? 0) + 1),
    });
  }
}
