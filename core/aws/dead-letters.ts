import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { DeadLettersEnvironment } from '../names/environment.ts';
import type { Running } from '../running.ts';
import type { Clients } from './clients.ts';

/** The messages in a dead-letter queue. */
export interface DeadLetterCount {
  /** Its heading in docs/runbook.md. */
  queue: string;
  messages: number;
}

/** The dead-letter queues of the service. */
export class DeadLetters {
  static readonly environment = DeadLettersEnvironment;
  readonly client: SQSClient;
  readonly #queues: DeadLettersEnvironment['DEAD_LETTER_QUEUES'];

  constructor(client: SQSClient, queues: DeadLettersEnvironment['DEAD_LETTER_QUEUES']) {
    this.client = client;
    this.#queues = queues;
  }

  static connect({ DEAD_LETTER_QUEUES }: DeadLettersEnvironment, _: Running, clients: Clients): DeadLetters {
    return new DeadLetters(clients.of(SQSClient), DEAD_LETTER_QUEUES);
  }

  /** How many messages each queue has: SQS counts them approximately. */
  async count(): Promise<DeadLetterCount[]> {
    return Promise.all(
      this.#queues.map(async ({ name, url }) => {
        const { Attributes } = await this.client.send(
          new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['ApproximateNumberOfMessages'] }),
        );
        return { queue: name, messages: Number(Attributes?.ApproximateNumberOfMessages ?? 0) };
      }),
    );
  }
}
