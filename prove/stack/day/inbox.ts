import { SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import type { Cloud } from '../cloud.ts';
import { account, region } from '../ministack/account.ts';
import { until } from '../until.ts';

/** The beginning of the names of subscribers' queues: the stack has no queue with such a name. */
export const inboxPrefix = 'subscriber-';

/** A queue that is subscribed to a topic as docs/deploy.md says, with every message that it has received. */
export class Inbox<Message> {
  readonly received: Message[] = [];
  readonly #cloud: Cloud;
  readonly #queue: string;
  readonly #parse: (text: string) => Message;

  private constructor(cloud: Cloud, queue: string, parse: (text: string) => Message) {
    this.#cloud = cloud;
    this.#queue = queue;
    this.#parse = parse;
  }

  /** @param parse throws for a message that breaks the contract of the topic */
  static async subscribe<Message>(
    cloud: Cloud,
    name: string,
    topic: string,
    parse: (text: string) => Message,
  ): Promise<Inbox<Message>> {
    const QueueName = inboxPrefix + name;
    const arn = `arn:aws:sqs:${region}:${account}:${QueueName}`;
    const Statement = {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: arn,
      Condition: { ArnEquals: { 'aws:SourceArn': topic } },
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [Statement] });
    const created = await cloud.sqs.send(new CreateQueueCommand({ QueueName, Attributes: { Policy } }));
    await cloud.sns.send(
      new SubscribeCommand({
        TopicArn: topic,
        Protocol: 'sqs',
        Endpoint: arn,
        Attributes: { RawMessageDelivery: 'true' },
      }),
    );
    return new Inbox(cloud, created.QueueUrl ?? '', parse);
  }

  /** The first message that matches; waits for it if necessary. Throws if there is none within that time. */
  first<Match extends Message>(
    what: string,
    withinMs: number,
    matches: (message: Message) => message is Match,
  ): Promise<Match>;
  first(what: string, withinMs: number, matches: (message: Message) => boolean): Promise<Message>;
  first(what: string, withinMs: number, matches: (message: Message) => boolean): Promise<Message> {
    return until(what, withinMs, async () => {
      await this.receive();
      return this.received.find(matches);
    });
  }

  /** Takes every message that is there. */
  async receive(): Promise<void> {
    for (;;) {
      const ask = new ReceiveMessageCommand({ QueueUrl: this.#queue, MaxNumberOfMessages: 10 });
      const { Messages = [] } = await this.#cloud.sqs.send(ask);
      if (Messages.length === 0) return;
      for (const { Body = '', ReceiptHandle } of Messages) {
        this.received.push(this.#parse(Body));
        await this.#cloud.sqs.send(new DeleteMessageCommand({ QueueUrl: this.#queue, ReceiptHandle }));
      }
    }
  }
}
