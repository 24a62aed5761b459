import { Stack, Token } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { type CfnTopic, type ITopic, Subscription, SubscriptionProtocol, Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { DeadLetterQueue } from './dead-letter-queue.ts';

export interface ServiceTopicProps {
  /** An existing topic to use. */
  readonly existing?: ITopic | undefined;
  /** Creates the topic if there is none. */
  readonly create: (scope: Construct) => ITopic;
  /** The subscribed e-mail addresses. */
  readonly emails?: readonly string[];
}

/** A topic with its e-mail subscriptions, and the dead-letter queue that they share. */
export class ServiceTopic extends Construct {
  readonly topic: ITopic;
  /** Undefined without subscriptions. */
  readonly deadLetters: DeadLetterQueue | undefined;

  constructor(scope: Construct, id: string, { existing, create, emails = [] }: ServiceTopicProps) {
    super(scope, id);
    this.topic = existing ?? create(this);
    if (emails.length === 0) return;
    const deadLetterQueue = new DeadLetterQueue(this, 'DeadLetters');
    for (const [index, email] of emails.entries()) {
      // Not topic.addSubscription: two services can share a topic and its subscribers.
      new Subscription(this, Token.isUnresolved(email) ? `Email${index}` : email, {
        topic: this.topic,
        endpoint: email,
        protocol: SubscriptionProtocol.EMAIL,
        deadLetterQueue,
      });
    }
    this.deadLetters = deadLetterQueue;
  }
}

/**
 * A topic for messages about items. Encrypted with SNS's own key, which everyone in the account who may use the topic
 * may use through SNS: only our functions publish, and they need no permission for the key.
 */
export function encryptedTopic(scope: Construct): Topic {
  const topic = new Topic(scope, 'Topic', { enforceSSL: true });
  const resource = topic.node.defaultChild as CfnTopic;
  resource.kmsMasterKeyId = 'alias/aws/sns';
  return topic;
}

/**
 * A topic for alarms. Not encrypted with SNS's key, which CloudWatch may not use: an alarm that cannot be sent would
 * be worse, and alarms say nothing about items.
 */
export function alarmTopic(scope: Construct): Topic {
  const topic = new Topic(scope, 'Topic', { enforceSSL: true });
  // A topic policy, which is needed to demand TLS, replaces the default policy, which would allow this.
  topic.addToResourcePolicy(
    new PolicyStatement({
      effect: Effect.ALLOW,
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['sns:Publish'],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(topic).account } },
    }),
  );
  return topic;
}
