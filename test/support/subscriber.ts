import type { ConnectedService } from '../../local/connect-service.ts';
import { ensureSubscription } from '../../local/deliveries/delivery-queue.ts';
import { EventSource } from '../../local/event-source.ts';

/** A queue that is subscribed to a topic. A message that comes again, under the same id, is taken once. */
export class Subscriber<Message extends { id: string }> {
  readonly #source: EventSource;
  readonly #seen = new Set<string>();
  #taken: Message[] = [];

  private constructor(
    source: (take: (body: string) => void) => EventSource,
    parse: (body: unknown) => Message,
  ) {
    this.#source = source((body) => {
      const message = parse(JSON.parse(body));
      if (this.#seen.has(message.id)) return;
      this.#seen.add(message.id);
      this.#taken.push(message);
    });
  }

  static async of<Message extends { id: string }>(
    aws: ConnectedService,
    topicArn: string,
    queueName: string,
    parse: (body: unknown) => Message,
  ): Promise<Subscriber<Message>> {
    const { url, arn } = await ensureSubscription({ ...aws, topicArn, queueName });
    const source = (take: (body: string) => void) =>
      new EventSource({
        client: aws.sqs,
        queueUrl: url,
        queueArn: arn,
        batchSize: 500,
        windowMs: 0,
        handler: async ({ Records }) => {
          for (const { body } of Records) take(body);
          return undefined;
        },
        onError: (error) => {
          throw error;
        },
      });
    return new Subscriber(source, parse);
  }

  /** What was published since it was last called. */
  async take(): Promise<Message[]> {
    while ((await this.#source.pollOnce()) > 0);
    return this.#taken.splice(0);
  }
}
