import { Duration } from 'aws-cdk-lib';
import { EventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { checkTimersTimeoutMs, expiredTimersWindowMs } from '../core/names/clockwork.ts';
import { DeadLetterQueue, queueDefaults } from './dead-letter-queue.ts';

/** The queue for fired timers, from Scheduler to check-timers. */
export class ExpiredTimersQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', { ofQueue: true });
    this.queue = new Queue(this, 'Queue', {
      ...queueDefaults,
      // Below six times the function's timeout, messages of a throttled function arrive twice.
      visibilityTimeout: Duration.millis(6 * checkTimersTimeoutMs),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: 5 },
    });
  }

  /**
   * Connects the queue to the function, whose role must be allowed to read it. Not SqsEventSource, which grants the
   * function more than Lambda needs.
   *
   * @param maxConcurrency the most invocations at the same time
   */
  feed(consumer: IFunction, maxConcurrency: number): void {
    new EventSourceMapping(this, 'EventSource', {
      target: consumer,
      eventSourceArn: this.queue.queueArn,
      // A message can be of a timer that 100 items share: 100 messages are 10,000 items, which take most of the
      // timeout.
      batchSize: 100,
      maxBatchingWindow: Duration.millis(expiredTimersWindowMs),
      maxConcurrency,
      reportBatchItemFailures: true,
    });
  }
}
