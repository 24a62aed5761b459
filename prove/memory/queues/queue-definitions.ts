import { account, region } from '../../../local/names.ts';
import { AwsError } from '../aws-error.ts';
import { Queue } from './queue.ts';
import type { Queues } from './queues.ts';

type Attributes = Record<string, string>;

const ranges: Record<string, [least: number, most: number]> = {
  VisibilityTimeout: [0, 43_200],
  DelaySeconds: [0, 900],
  ReceiveMessageWaitTimeSeconds: [0, 20],
  MaximumMessageSize: [1_024, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600],
};

/** The operations on whole queues. */
export class QueueDefinitions {
  readonly #queues: Queues;

  constructor(queues: Queues) {
    this.#queues = queues;
  }

  create({ QueueName = '', Attributes = {} }: { QueueName?: string; Attributes?: Attributes }): object {
    if (!/^[\w-]{1,80}$/.test(QueueName)) {
      throw new AwsError(
        'InvalidParameterValue',
        'A standard queue has a name of up to 80 letters, digits, hyphens and underscores',
      );
    }
    checkAttributes(Attributes);
    const existing = this.#queues.find(QueueName);
    if (existing) {
      const other = Object.keys(Attributes).find((name) => existing.attributes[name] !== Attributes[name]);
      if (other === undefined) return { QueueUrl: existing.url };
      throw new AwsError(
        'QueueNameExists',
        `A queue already exists with the same name and a different value for attribute ${other}`,
      );
    }
    const url = `http://127.0.0.1/${account}/${QueueName}`;
    const arn = `arn:aws:sqs:${region}:${account}:${QueueName}`;
    const queue = new Queue({ name: QueueName, url, arn }, this.#queues.now());
    Object.assign(queue.attributes, Attributes);
    this.#queues.add(queue);
    return { QueueUrl: url };
  }

  url({ QueueName }: { QueueName?: string }): object {
    return { QueueUrl: this.#queues.get(QueueName).url };
  }

  attributes({ QueueUrl, AttributeNames = [] }: { QueueUrl?: string; AttributeNames?: string[] }): object {
    const queue = this.#queues.get(QueueUrl);
    const { ready, received, delayed } = queue.counts(this.#queues.now());
    const all: Attributes = {
      ...queue.attributes,
      QueueArn: queue.arn,
      ApproximateNumberOfMessages: String(ready),
      ApproximateNumberOfMessagesNotVisible: String(received),
      ApproximateNumberOfMessagesDelayed: String(delayed),
      CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
    };
    const names = AttributeNames.includes('All') ? Object.keys(all) : AttributeNames;
    const found = names.flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]]));
    return { Attributes: found.length > 0 ? Object.fromEntries(found) : undefined };
  }

  setAttributes({ QueueUrl, Attributes = {} }: { QueueUrl?: string; Attributes?: Attributes }): object {
    const queue = this.#queues.get(QueueUrl);
    checkAttributes(Attributes);
    Object.assign(queue.attributes, Attributes);
    return {};
  }

  list({ QueueNamePrefix = '' }: { QueueNamePrefix?: string }): object {
    const urls = this.#queues
      .all()
      .flatMap(({ name, url }) => (name.startsWith(QueueNamePrefix) ? [url] : []));
    return { QueueUrls: urls.length > 0 ? urls : undefined };
  }

  purge({ QueueUrl }: { QueueUrl?: string }): object {
    this.#queues.get(QueueUrl).clear();
    return {};
  }

  delete({ QueueUrl }: { QueueUrl?: string }): object {
    this.#queues.delete(this.#queues.get(QueueUrl));
    return {};
  }
}

function checkAttributes(attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'RedrivePolicy') continue;
    const range = ranges[name];
    if (!range) throw new AwsError('InvalidAttributeName', `Unknown attribute: ${name}`);
    const number = Number(value);
    if (!Number.isInteger(number) || number < range[0] || number > range[1]) {
      throw new AwsError('InvalidAttributeValue', `Invalid value for the parameter ${name}: ${value}`);
    }
  }
}
