import { Duration } from 'aws-cdk-lib';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { Construct } from 'constructs';
import { checkTimersTimeoutMs, expiredTimersWindowMs } from '../core/names/clockwork.ts';
import { FunctionQueue } from './function-queue.ts';

/** The queue of expired timers, from which check-timers takes its batches. */
export class ExpiredTimersQueue extends FunctionQueue {
  constructor(scope: Construct, id: string) {
    super(scope, id, {
      // Below six times the function's timeout, messages of a throttled function arrive twice.
      visibilityTimeout: Duration.millis(6 * checkTimersTimeoutMs),
      maxReceiveCount: 5,
    });
  }

  feedTimers(checkTimers: IFunction, maxConcurrency: number): void {
    this.feed(checkTimers, {
      // A message can come from a timer that 100 items share: 100 messages are 10,000 items, which take most of the
      // timeout.
      batchSize: 100,
      maxBatchingWindow: Duration.millis(expiredTimersWindowMs),
      maxConcurrency,
    });
  }
}
