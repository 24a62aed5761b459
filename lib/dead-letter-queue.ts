import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from './acknowledge.ts';

/**
 * What every queue of the service has. SQS's own key, because Scheduler and SNS can then write to the queue without
 * a permission for a key.
 */
export const queueDefaults = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: Duration.days(14),
} as const;

/** Where what could not be handled ends. Each of them raises an alarm. */
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
