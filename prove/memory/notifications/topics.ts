import { account, region } from '../../../local/names.ts';
import { AwsError } from '../aws-error.ts';
import { checkFilterPolicy, type FilterPolicy } from './filter-policy.ts';

export interface Subscription {
  arn: string;
  protocol: string;
  endpoint: string;
  isRaw: boolean;
  filterPolicy?: FilterPolicy;
}

export interface Topic {
  arn: string;
  subscriptions: Subscription[];
}

type Named = { TopicArn?: string };

/** The topics of the account, and the operations on whole topics and subscriptions. */
export class Topics {
  readonly #topics = new Map<string, Topic>();
  #subscribed = 0;

  /** Throws a NotFound error. */
  get(arn: unknown): Topic {
    const topic = this.#topics.get(String(arn));
    if (!topic) throw new AwsError('NotFound', 'Topic does not exist', 404);
    return topic;
  }

  create({ Name = '' }: { Name?: string }): object {
    if (!/^[\w-]{1,256}$/.test(Name))
      throw invalidParameter('a standard topic has up to 256 letters, digits, - and _');
    const arn = `arn:aws:sns:${region}:${account}:${Name}`;
    if (!this.#topics.has(arn)) this.#topics.set(arn, { arn, subscriptions: [] });
    return { TopicArn: arn };
  }

  delete({ TopicArn }: Named): object {
    this.#topics.delete(String(TopicArn));
    return {};
  }

  list(): object {
    return { Topics: [...this.#topics.keys()].map((TopicArn) => ({ TopicArn })) };
  }

  attributes({ TopicArn }: Named): object {
    const { arn, subscriptions } = this.get(TopicArn);
    const attributes = {
      TopicArn: arn,
      Owner: account,
      DisplayName: '',
      SubscriptionsConfirmed: String(subscriptions.length),
      SubscriptionsPending: '0',
      SubscriptionsDeleted: '0',
    };
    return { Attributes: new Map(Object.entries(attributes)) };
  }

  /** Subscriptions are confirmed at once. Only subscriptions of queues receive anything. */
  subscribe({
    TopicArn,
    Protocol,
    Endpoint,
    Attributes = {},
  }: Named & { Protocol?: string; Endpoint?: string; Attributes?: Record<string, string> }): object {
    const topic = this.get(TopicArn);
    if (!Protocol || !Endpoint) throw invalidParameter('Protocol and Endpoint are required');
    const existing = topic.subscriptions.find(
      ({ protocol, endpoint }) => protocol === Protocol && endpoint === Endpoint,
    );
    if (existing) return { SubscriptionArn: existing.arn };
    const number = String(++this.#subscribed).padStart(12, '0');
    const arn = `${topic.arn}:00000000-0000-4000-8000-${number}`;
    const { RawMessageDelivery, FilterPolicy } = Attributes;
    topic.subscriptions.push({
      arn,
      protocol: Protocol,
      endpoint: Endpoint,
      isRaw: RawMessageDelivery === 'true',
      ...(FilterPolicy && { filterPolicy: checkFilterPolicy(FilterPolicy) }),
    });
    return { SubscriptionArn: arn };
  }

  unsubscribe({ SubscriptionArn }: { SubscriptionArn?: string }): object {
    for (const topic of this.#topics.values()) {
      topic.subscriptions = topic.subscriptions.filter(({ arn }) => arn !== SubscriptionArn);
    }
    return {};
  }

  subscriptions({ TopicArn }: Named): object {
    const { arn, subscriptions } = this.get(TopicArn);
    return {
      Subscriptions: subscriptions.map((one) => ({
        SubscriptionArn: one.arn,
        TopicArn: arn,
        Protocol: one.protocol,
        Endpoint: one.endpoint,
        Owner: account,
      })),
    };
  }
}

export function invalidParameter(why: string): AwsError {
  return new AwsError('InvalidParameter', `Invalid parameter: ${why}`);
}
