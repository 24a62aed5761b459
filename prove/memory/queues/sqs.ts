import type { Around } from '../around.ts';
import { AwsError } from '../aws-error.ts';
import { jsonError, jsonReply, operationOf, readJson } from '../json-protocol.ts';
import type { Reply, Server } from '../memory-transport.ts';
import { Messages } from './messages.ts';
import { QueueDefinitions } from './queue-definitions.ts';
import type { Queues } from './queues.ts';

type Operation = (input: never) => object;

/** SQS in memory: standard queues. Nothing is waited for: a long poll of an empty queue returns at once. */
export class Sqs implements Server {
  readonly service = 'sqs';
  readonly throttling = new AwsError('RequestThrottled', 'The call is throttled', 403);
  readonly failure = new AwsError('InternalError', 'The service has failed', 500);
  readonly read = readJson;
  readonly reply = jsonReply;
  readonly #operations: Record<string, Operation>;

  constructor(queues: Queues, around: () => Around) {
    const definitions = new QueueDefinitions(queues);
    const messages = new Messages(queues, around);
    this.#operations = {
      CreateQueue: (input) => definitions.create(input),
      GetQueueUrl: (input) => definitions.url(input),
      GetQueueAttributes: (input) => definitions.attributes(input),
      SetQueueAttributes: (input) => definitions.setAttributes(input),
      ListQueues: (input) => definitions.list(input),
      PurgeQueue: (input) => definitions.purge(input),
      DeleteQueue: (input) => definitions.delete(input),
      SendMessage: (input) => messages.send(input),
      SendMessageBatch: (input) => messages.sendBatch(input),
      ReceiveMessage: (input) => messages.receive(input),
      DeleteMessage: (input) => messages.delete(input),
      DeleteMessageBatch: (input) => messages.deleteBatch(input),
      ChangeMessageVisibility: (input) => messages.changeVisibility(input),
    };
  }

  run(operation: string, input: object): object {
    return operationOf(this.#operations, operation)(input as never);
  }

  error(error: AwsError): Reply {
    const reply = jsonError(error, 'com.amazonaws.sqs');
    const queryCode = error.code === 'QueueDoesNotExist' ? 'NonExistentQueue' : error.code;
    const fault = error.status < 500 ? 'Sender' : 'Receiver';
    const header = { 'x-amzn-query-error': `AWS.SimpleQueueService.${queryCode};${fault}` };
    return { ...reply, headers: { ...reply.headers, ...header } };
  }
}
