import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption, RedrivePermission } from 'aws-cdk-lib/aws-sqs';
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

/**
 * A dead-letter queue. A message in it raises an alarm. Unless it belongs to a queue, no queue may name it as its
 * dead-letter queue: only Scheduler and SNS write to it.
 */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string, { ofQueue = false }: { readonly ofQueue?: boolean } = {}) {
    super(scope, id, {
      ...queueDefaults,
      ...(!ofQueue && { redriveAllowPolicy: { redrivePermission: RedrivePermission.DENY_ALL } }),
    });
    acknowledge(
      this,
      'AwsSolutions-SQS3',
      'It is a dead-letter queue: of EventBridge Scheduler or SNS, which cdk-nag does not see.',
    );
  }
}
