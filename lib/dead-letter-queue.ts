import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/**
 * The properties of every queue. The key is SQS's own, because Scheduler and SNS can then write to the queue without
 * a permission for a key.
 */
export const queueDefaults = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: Duration.days(14),
} as const;

/** A dead-letter queue. A message in it raises an alarm. */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string) {
    super(scope, id, queueDefaults);
    acknowledge(
      this,
      'AwsSolutions-SQS3',
      'It is a dead-letter queue: of EventBridge Scheduler or SNS, which cdk-nag does not see.',
    );
  }
}
