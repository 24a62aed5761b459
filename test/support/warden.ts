import { randomBytes } from 'node:crypto';
import { DeleteMessageBatchCommand, ReceiveMessageCommand } from '@aws-sdk/client-sqs';
import { PublishedNotification } from '../../core/contract/digest.ts';
import { ItemEvent } from '../../core/contract/item-event.ts';
import type { Notification } from '../../core/contract/notification.ts';
import { itemPath } from '../../core/contract/query-form.ts';
import { RedriveMessage } from '../../core/contract/redrive.ts';
import { noOutcomes, noSummaries } from '../../core/model/incident/notification.ts';
import type { ConnectedService } from '../../local/connect-service.ts';
import { ensureSubscription } from '../../local/deliveries/delivery-queue.ts';
import { deliveredMessage } from '../../local/deliveries/message-structure.ts';
import { EventSource } from '../../local/event-source.ts';
import { createFunctions } from '../../local/functions.ts';
import { type Answer, type AnswerOptions, answerer } from '../../local/http-bridge/answer.ts';
import { startHttpBridge } from '../../local/http-bridge.ts';
import type { ManualClock } from './manual-clock.ts';
import { type Reply, type RequestOptions, requestInProcess } from './request-in-process.ts';

/** The service over connected servers, called as the local bridge calls it, with time moved by hand. */
export abstract class Warden {
  readonly aws: ConnectedService;
  readonly clock: ManualClock;
  readonly functions: ReturnType<typeof createFunctions>;
  readonly logLines: string[];
  readonly errors: unknown[] = [];
  readonly #answering: AnswerOptions;
  readonly #answer: Answer;
  #url = '';
  #close: () => Promise<void> = async () => {};
  #told = new TestQueue((body) => expanded(PublishedNotification.parse(body)));
  #events = new TestQueue((body) => [ItemEvent.parse(body)]);
  #redriven = new TestQueue((body) => [RedriveMessage.parse(body)]);
  readonly #prefix = `w${randomBytes(6).toString('hex')}`;
  #workflows = 0;

  constructor(aws: ConnectedService, clock: ManualClock, logLines: string[], { auth = false } = {}) {
    this.aws = aws;
    this.clock = clock;
    this.logLines = logLines;
    this.functions = createFunctions(aws.service, { auth });
    this.#answering = { ...this.functions, clock, onError: (error) => this.errors.push(error) };
    this.#answer = answerer(this.#answering);
  }

  /** Runs everything that is due now. */
  abstract settle(): Promise<void>;

  async listen(): Promise<this> {
    const bridge = await startHttpBridge({ host: '127.0.0.1', port: 0, ...this.#answering });
    this.#url = bridge.url;
    this.#close = () => bridge.close();
    const queueName = `test-${this.#prefix}`;
    await this.#told.subscribe(this.aws, this.aws.topicArn, queueName);
    await this.#events.subscribe(this.aws, this.aws.itemEventTopicArn, `${queueName}-events`);
    await this.#redriven.subscribe(this.aws, this.aws.redriveTopicArn, `${queueName}-redriven`);
    return this;
  }

  get url(): string {
    return this.#url;
  }

  async close(): Promise<void> {
    await this.#close();
  }

  /** A name that no other test uses, not even one that shares its servers. */
  newWorkflow(): string {
    this.#workflows++;
    return `${this.#prefix}.${this.#workflows}`;
  }

  /** Moves the clock and runs everything that is due then. */
  async pass(ms: number): Promise<void> {
    this.clock.advance(ms);
    await this.settle();
  }

  /** Without a connection, which would take most of the time of a request. The path stays as it is. */
  async request(method: string, path: string, options: RequestOptions = {}): Promise<Reply> {
    const reply = await this.#answer(requestInProcess(method, path, options));
    if (reply === undefined) throw new Error('there is no reply');
    const { statusCode: status, headers, body } = reply;
    // As a caller of HTTP sees it.
    const text = method === 'HEAD' || body === undefined ? '' : body.toString();
    const isJson = text !== '' && /\bjson\b|\+json/.test(String(headers['content-type'] ?? ''));
    return { status, headers, text, json: isJson ? JSON.parse(text) : undefined };
  }

  itemPath(workflow: string, item: string): string {
    return itemPath(workflow, item);
  }

  register(workflow: string, item: string, body: unknown): Promise<Reply> {
    return this.request('PUT', this.itemPath(workflow, item), { body });
  }

  read(workflow: string, item: string): Promise<Reply> {
    return this.request('GET', this.itemPath(workflow, item));
  }

  progress(
    workflow: string,
    item: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    return this.request('PATCH', this.itemPath(workflow, item), { body, headers });
  }

  complete(workflow: string, item: string, headers: Record<string, string> = {}): Promise<Reply> {
    return this.request('DELETE', this.itemPath(workflow, item), { headers });
  }

  /** The notifications of the workflow since this was last called, alone or in a digest. */
  async notifications(workflow: string): Promise<Notification[]> {
    const told = await this.#told.take(
      ({ message }) => 'workflow' in message && message.workflow === workflow,
    );
    return told.flatMap(({ message }) => (message.event === 'digest' ? [] : [message]));
  }

  /** All notifications and digests since this was last called, of all workflows. */
  async published(): Promise<PublishedNotification[]> {
    const told = await this.#told.take(() => true);
    return told.flatMap(({ message, isDigested }) => (isDigested ? [] : [message]));
  }

  /** The item events of the workflow since this was last called. */
  events(workflow: string): Promise<ItemEvent[]> {
    return this.#events.take((event) => event.workflow === workflow);
  }

  /** The redrive messages of the workflow since this was last called. */
  redriven(workflow: string): Promise<RedriveMessage[]> {
    return this.#redriven.take((message) => message.workflow === workflow);
  }

  /** Does the work of the schedules of every minute. */
  sweep(): Promise<void> {
    return this.functions.sweep();
  }

  /** Moves the clock in steps. At each step everything that is due happens, and a sweep runs. */
  async passSweeping(ms: number, every = 60_000): Promise<void> {
    for (let left = ms; left > 0; left -= every) {
      await this.pass(Math.min(every, left));
      await this.sweep();
    }
  }
}

interface Told {
  message: PublishedNotification;
  /** The notification was part of a digest, which has fewer facts about it. */
  isDigested: boolean;
}

/** A message, and for a digest each of its parts as if it had been sent alone. */
function expanded(message: PublishedNotification): Told[] {
  const parts = message.event === 'digest' ? message.incidents : [];
  return [
    { message, isDigested: false },
    ...parts.map(({ notification: id, ...part }) => ({
      message: {
        id,
        level: message.level,
        subject: message.subject,
        at: message.at,
        changes: { overdue: 0, failed: 0, ...noOutcomes },
        outcomes: noOutcomes,
        ...noSummaries,
        ...part,
      },
      isDigested: true,
    })),
  ];
}

/** A queue that is subscribed to a topic, and its messages that were not read yet. */
class TestQueue<Message> {
  readonly #parse: (body: unknown) => Message[];
  #sqs: ConnectedService['sqs'] | undefined;
  #url = '';
  #left: Message[] = [];

  constructor(parse: (body: unknown) => Message[]) {
    this.#parse = parse;
  }

  async subscribe(aws: ConnectedService, topicArn: string, queueName: string): Promise<void> {
    this.#sqs = aws.sqs;
    this.#url = (await ensureSubscription({ ...aws, topicArn, queueName })).url;
  }

  async take(isWanted: (message: Message) => boolean): Promise<Message[]> {
    for (;;) {
      const { Messages = [] } =
        (await this.#sqs?.send(
          new ReceiveMessageCommand({ QueueUrl: this.#url, MaxNumberOfMessages: 10 }),
        )) ?? {};
      if (Messages.length === 0) break;
      this.#left.push(
        ...Messages.flatMap(({ Body = '' }) => this.#parse(JSON.parse(deliveredMessage(Body)))),
      );
      const Entries = Messages.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      await this.#sqs?.send(new DeleteMessageBatchCommand({ QueueUrl: this.#url, Entries }));
    }
    const wanted = this.#left.filter(isWanted);
    this.#left = this.#left.filter((message) => !isWanted(message));
    return wanted;
  }
}

/** The part of embedded servers, or of an AWS in memory, that fires timers. */
export interface FiringAws extends ConnectedService {
  emulator: { fireDue(): Promise<number> };
  close(): Promise<void>;
}

/** A Warden whose timers fire: the scheduler emulator and a queue poller, both moved by hand. */
export class EmbeddedWarden<Aws extends FiringAws = FiringAws> extends Warden {
  readonly embedded: Aws;
  readonly eventSource: EventSource;

  constructor(aws: Aws, clock: ManualClock, logLines: string[], options: { auth?: boolean } = {}) {
    super(aws, clock, logLines, options);
    this.embedded = aws;
    this.eventSource = new EventSource({
      client: aws.sqs,
      queueUrl: aws.timerQueue.url,
      queueArn: aws.timerQueue.arn,
      handler: this.functions.checkTimers,
      batchSize: 100,
      windowMs: 0,
      onError: (error) => this.errors.push(error),
    });
  }

  async settle(): Promise<void> {
    while ((await this.embedded.emulator.fireDue()) + (await this.eventSource.pollOnce()) > 0);
  }

  override async close(): Promise<void> {
    await super.close();
    await this.eventSource.stop();
    await this.embedded.close();
  }
}
