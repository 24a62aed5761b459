import type { Around } from '../around.ts';
import { AwsError } from '../aws-error.ts';
import { digestOf, digestOfAttributes, type MessageAttributes, messageBytes } from './digests.ts';
import type { Message, Queue } from './queue.ts';
import type { Queues } from './queues.ts';

interface Entry {
  Id: string;
  MessageBody?: string;
  MessageAttributes?: MessageAttributes;
  DelaySeconds?: number;
  ReceiptHandle?: string;
}

interface Input extends Partial<Omit<Entry, 'Id'>> {
  QueueUrl?: string;
  Entries?: Entry[];
  MaxNumberOfMessages?: number;
  VisibilityTimeout?: number;
  WaitTimeSeconds?: number;
  AttributeNames?: string[];
  MessageSystemAttributeNames?: string[];
  MessageAttributeNames?: string[];
}

const mostEntries = 10;
const mostBatchBytes = 1_048_576;
/**
 * The characters that SQS accepts
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html).
 */
const refused = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

/** The operations on messages. */
export class Messages {
  readonly #queues: Queues;
  readonly #around: () => Around;

  constructor(queues: Queues, around: () => Around) {
    this.#queues = queues;
    this.#around = around;
  }

  send(input: Input): object {
    const queue = this.#queues.get(input.QueueUrl);
    if (!input.MessageBody) throw missing('MessageBody');
    return this.#send(queue, input);
  }

  sendBatch(input: Input): object {
    const { Entries = [] } = input;
    const queue = this.#queues.get(input.QueueUrl);
    checkEntries(Entries);
    const bytes = Entries.map(({ MessageBody = '', MessageAttributes = {} }) =>
      messageBytes(MessageBody, MessageAttributes),
    );
    if (bytes.reduce((sum, one) => sum + one, 0) > mostBatchBytes) {
      throw new AwsError('BatchRequestTooLong', 'The batch is longer than 1 MiB');
    }
    return this.#each('SendMessageBatch', Entries, (entry) => this.#send(queue, entry));
  }

  /** Returns at once, however long the call may wait. */
  receive(input: Input): object {
    const queue = this.#queues.get(input.QueueUrl);
    checkRange('MaxNumberOfMessages', input.MaxNumberOfMessages, 1, 10);
    checkRange('VisibilityTimeout', input.VisibilityTimeout, 0, 43_200);
    checkRange('WaitTimeSeconds', input.WaitTimeSeconds, 0, 20);
    const found = queue.receive(input.MaxNumberOfMessages ?? 1, {
      now: this.#queues.now(),
      visibilityMs: input.VisibilityTimeout === undefined ? undefined : input.VisibilityTimeout * 1000,
      toDeadLetters: (arn, message) => this.#queues.toDeadLetters(arn, message),
    });
    const messages = found.map(({ message, handle }) => onWire(message, handle, input));
    return { Messages: messages.length > 0 ? messages : undefined };
  }

  delete({ QueueUrl, ReceiptHandle }: Input): object {
    const queue = this.#queues.get(QueueUrl);
    if (!ReceiptHandle) throw missing('ReceiptHandle');
    queue.delete(ReceiptHandle);
    return {};
  }

  deleteBatch({ QueueUrl, Entries = [] }: Input): object {
    const queue = this.#queues.get(QueueUrl);
    checkEntries(Entries);
    return this.#each('DeleteMessageBatch', Entries, ({ ReceiptHandle = '' }) => {
      queue.delete(ReceiptHandle);
      return {};
    });
  }

  changeVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout }: Input): object {
    const queue = this.#queues.get(QueueUrl);
    if (!ReceiptHandle) throw missing('ReceiptHandle');
    if (VisibilityTimeout === undefined) throw missing('VisibilityTimeout');
    checkRange('VisibilityTimeout', VisibilityTimeout, 0, 43_200);
    if (queue.changeVisibility(ReceiptHandle, VisibilityTimeout * 1000, this.#queues.now())) return {};
    throw new AwsError('MessageNotInflight', 'The message is not being worked on');
  }

  #send(
    queue: Queue,
    { MessageBody: body = '', MessageAttributes: attributes = {}, DelaySeconds }: Partial<Entry>,
  ): object {
    if (refused.test(body)) throw new AwsError('InvalidMessageContents', 'Invalid characters found.');
    const most = Number(queue.attributes.MaximumMessageSize);
    if (messageBytes(body, attributes) > most) {
      throw new AwsError('InvalidParameterValue', `Message must be shorter than ${most} bytes.`);
    }
    const delayMs = (DelaySeconds ?? Number(queue.attributes.DelaySeconds)) * 1000;
    const MessageId = this.#queues.send(queue, { body, attributes, delayMs });
    return {
      MessageId,
      MD5OfMessageBody: digestOf(body),
      MD5OfMessageAttributes: digestOfAttributes(attributes),
    };
  }

  #each(operation: string, entries: readonly Entry[], work: (entry: Entry) => object): object {
    const Successful: object[] = [];
    const Failed: object[] = [];
    for (const [at, entry] of entries.entries()) {
      try {
        const { leavesOut } = this.#around().disturbances;
        if (leavesOut?.({ service: 'sqs', operation, at, of: entries.length })) {
          Failed.push({ Id: entry.Id, Code: 'InternalError', SenderFault: false });
        } else Successful.push({ Id: entry.Id, ...work(entry) });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        Failed.push({ Id: entry.Id, Code: error.code, Message: error.message, SenderFault: true });
      }
    }
    return { Successful, Failed };
  }
}

function onWire(message: Message, ReceiptHandle: string, input: Input): object {
  const wanted = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
  const all: Record<string, string> = {
    SenderId: 'AIDAMEMORY',
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receives),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
  };
  const system = Object.entries(all).filter(([name]) => wanted.includes('All') || wanted.includes(name));
  const names = input.MessageAttributeNames ?? [];
  const own = Object.entries(message.attributes).filter(([name]) => isNamed(name, names));
  const MessageAttributes = Object.fromEntries(own);
  return {
    MessageId: message.id,
    ReceiptHandle,
    Body: message.body,
    MD5OfBody: digestOf(message.body),
    Attributes: system.length > 0 ? Object.fromEntries(system) : undefined,
    MessageAttributes: own.length > 0 ? MessageAttributes : undefined,
    MD5OfMessageAttributes: digestOfAttributes(MessageAttributes),
  };
}

function isNamed(name: string, names: readonly string[]): boolean {
  return names.some(
    (one) =>
      one === 'All' ||
      one === '.*' ||
      (one.endsWith('.*') ? name.startsWith(one.slice(0, -1)) : name === one),
  );
}

export function checkEntries(entries: readonly { Id?: string }[]): void {
  if (entries.length === 0)
    throw new AwsError('EmptyBatchRequest', "The batch request doesn't contain any entries.");
  if (entries.length > mostEntries) {
    throw new AwsError('TooManyEntriesInBatchRequest', 'Maximum number of entries per request are 10.');
  }
  const ids = entries.map(({ Id = '' }) => Id);
  if (!ids.every((id) => /^[\w-]{1,80}$/.test(id))) {
    throw new AwsError('InvalidBatchEntryId', 'An id has up to 80 letters, digits, hyphens and underscores.');
  }
  if (new Set(ids).size < ids.length) {
    throw new AwsError(
      'BatchEntryIdsNotDistinct',
      'Two or more batch entries in the request have the same Id.',
    );
  }
}

function checkRange(name: string, value: number | undefined, least: number, most: number): void {
  if (value !== undefined && (value < least || value > most)) {
    throw new AwsError('InvalidParameterValue', `Value ${value} for parameter ${name} is invalid.`);
  }
}

function missing(name: string): AwsError {
  return new AwsError('MissingParameter', `The request must contain the parameter ${name}.`);
}
