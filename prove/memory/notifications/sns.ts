import type { Around } from '../around.ts';
import { AwsError } from '../aws-error.ts';
import { operationOf } from '../json-protocol.ts';
import type { Server } from '../memory-transport.ts';
import type { Queues } from '../queues/queues.ts';
import { Publishing } from './publishing.ts';
import { readForm, xmlError, xmlReply } from './query-protocol.ts';
import { Topics } from './topics.ts';

type Operation = (input: never) => object;

/** SNS in memory: standard topics, delivered to queues at once. */
export class Sns implements Server {
  readonly service = 'sns';
  readonly throttling = new AwsError('Throttled', 'The call is throttled', 429);
  readonly failure = new AwsError('InternalError', 'The service has failed', 500);
  readonly read = readForm;
  readonly reply = xmlReply;
  readonly error = xmlError;
  readonly #publishing: Publishing;
  readonly #operations: Record<string, Operation>;

  constructor(queues: Queues, around: () => Around) {
    const topics = new Topics();
    this.#publishing = new Publishing(topics, queues, around);
    this.#operations = {
      CreateTopic: (input) => topics.create(input),
      DeleteTopic: (input) => topics.delete(input),
      ListTopics: () => topics.list(),
      GetTopicAttributes: (input) => topics.attributes(input),
      Subscribe: (input) => topics.subscribe(input),
      Unsubscribe: (input) => topics.unsubscribe(input),
      ListSubscriptionsByTopic: (input) => topics.subscriptions(input),
      Publish: (input) => this.#publishing.publish(input),
      PublishBatch: (input) => this.#publishing.batch(input),
    };
  }

  run(operation: string, input: object): object {
    return operationOf(this.#operations, operation)(input as never);
  }

  /** Topics and subscriptions stay. */
  clear(): void {
    this.#publishing.clear();
  }
}
