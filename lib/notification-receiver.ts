import { Duration } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import type { ISecret } from 'aws-cdk-lib/aws-secretsmanager';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { SqsSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { ReceiverEnvironment } from '../core/names/environment.ts';
import { requireBundles } from './bundles.ts';
import { DeadLetterQueue, queueDefaults } from './dead-letter-queue.ts';
import { forwarder } from './function-names.ts';
import { ServiceFunction, type ServiceFunctionDefaults } from './service-function.ts';

export interface NotificationReceiverProps extends ServiceFunctionDefaults {
  /** The name that separates the metrics of this deployment from the metrics of others. */
  readonly service: string;
  readonly notificationTopic: ITopic;
  readonly receiver: ReceiverEnvironment['RECEIVER'];
  /** The topic for chats. */
  readonly chatTopic?: ITopic;
  /** The routing key of PagerDuty, or the URL of Slack's webhook. */
  readonly secret?: ISecret;
  /** The endpoint of PagerDuty, if not the US endpoint. */
  readonly url?: string | undefined;
  readonly consoleUrl: string | undefined;
}

/** Milliseconds of one invocation: a digest can be hundreds of posts. */
const timeoutMs = 100_000;
/** An hour of retries, ten minutes apart; then it is a dead letter. */
const mostReceives = 6;

/**
 * Forwards notifications to one receiver: a queue that is subscribed to their topic, and a function. Each receiver has
 * its own queue and function, so that a receiver that does not answer holds up no other (P8).
 */
export class NotificationReceiver extends Construct {
  readonly queue: Queue;
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, props: NotificationReceiverProps) {
    super(scope, id);
    const { notificationTopic, chatTopic, secret, receiver, url, consoleUrl, service } = props;
    requireBundles(props.bundles, [forwarder]);
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters');
    this.queue = new Queue(this, 'Queue', {
      ...queueDefaults,
      visibilityTimeout: Duration.minutes(10),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: mostReceives },
    });
    // Raw: the body of a message is the notification, not an envelope of SNS, which would escape it a second time.
    notificationTopic.addSubscription(
      new SqsSubscription(this.queue, { rawMessageDelivery: true, deadLetterQueue: this.deadLetters }),
    );
    const { function: forward } = new ServiceFunction(this, 'Forward', {
      ...props,
      name: forwarder,
      environment: defined({
        SERVICE_NAME: service,
        RECEIVER: receiver,
        CHAT_TOPIC_ARN: chatTopic?.topicArn,
        RECEIVER_SECRET_ARN: secret?.secretArn,
        RECEIVER_URL: url,
        CONSOLE_URL: consoleUrl,
      }),
      statements: [
        new PolicyStatement({
          actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:ReceiveMessage'],
          resources: [this.queue.queueArn],
        }),
        ...(chatTopic
          ? [new PolicyStatement({ actions: ['sns:Publish'], resources: [chatTopic.topicArn] })]
          : []),
      ],
      timeout: Duration.millis(timeoutMs),
      memorySize: 256,
    });
    secret?.grantRead(forward);
    chatTopic?.masterKey?.grant(forward, 'kms:Decrypt', 'kms:GenerateDataKey');
    new EventSourceMapping(this, 'EventSource', {
      target: forward,
      eventSourceArn: this.queue.queueArn,
      // One by one, so that the timeout is the timeout of one message.
      batchSize: 1,
      reportBatchItemFailures: true,
    });
  }
}

function defined(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
