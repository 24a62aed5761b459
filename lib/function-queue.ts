import type { Duration } from 'aws-cdk-lib';
import { EventSourceMapping, type IFunction } from 'aws-cdk-lib/aws-lambda';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { DeadLetterQueue, queueDefaults } from './dead-letter-queue.ts';

export interface FunctionQueueProps {
  /** How long until SQS delivers a message again that was not handled. */
  readonly visibilityTimeout: Duration;
  /** How often a message is handled before it becomes a dead letter. */
  readonly maxReceiveCount: number;
}

export interface Feed {
  /** The most messages in one invocation. */
  readonly batchSize: number;
  /** How long messages are gathered for one invocation. */
  readonly maxBatchingWindow?: Duration;
  /** The most invocations at the same time. */
  readonly maxConcurrency: number;
}

/** A queue of messages for one function, with its dead-letter queue. */
export class FunctionQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, { maxReceiveCount, visibilityTimeout }: FunctionQueueProps) {
    super(scope, id);
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', { ofQueue: true });
    this.queue = new Queue(this, 'Queue', {
      ...queueDefaults,
      visibilityTimeout,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount },
    });
  }

  /**
   * Connects the queue to the function, whose role must be allowed to read it. Not SqsEventSource, which grants the
   * function more than Lambda needs.
   */
  feed(consumer: IFunction, feed: Feed): void {
    new EventSourceMapping(this, 'EventSource', {
      target: consumer,
      eventSourceArn: this.queue.queueArn,
      ...feed,
      reportBatchItemFailures: true,
    });
  }
}
