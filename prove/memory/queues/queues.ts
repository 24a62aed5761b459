import type { Around } from '../around.ts';
import { AwsError } from '../aws-error.ts';
import type { MessageAttributes } from './digests.ts';
import type { Message, Queue } from './queue.ts';

/** The queues of the account, which topics and timers send to as well. */
export class Queues {
  readonly #queues = new Map<string, Queue>();
  readonly #around: () => Around;
  #sent = 0;

  constructor(around: () => Around) {
    this.#around = around;
  }

  now(): number {
    return this.#around().clock.now();
  }

  find(name: string): Queue | undefined {
    return this.#queues.get(name);
  }

  /** Queues are named by the end of their URL or ARN. */
  get(urlOrArn: unknown): Queue {
    const queue = this.#queues.get(nameIn(String(urlOrArn)));
    if (queue) return queue;
    throw new AwsError('QueueDoesNotExist', 'The specified queue does not exist.');
  }

  has(arn: string): boolean {
    return this.#queues.has(nameIn(arn));
  }

  add(queue: Queue): void {
    this.#queues.set(queue.name, queue);
  }

  delete(queue: Queue): void {
    this.#queues.delete(queue.name);
  }

  all(): Queue[] {
    return [...this.#queues.values()];
  }

  /** Sends a message as often, and as late, as a disturbance says. Returns the id of the message. */
  send(
    queue: Queue,
    {
      body,
      attributes = {},
      delayMs = 0,
    }: { body: string; attributes?: MessageAttributes; delayMs?: number },
  ): string {
    const now = this.now();
    const id = messageId(++this.#sent);
    const given = this.#around().disturbances.deliveries?.({ queue: queue.name, body });
    for (const lateMs of given?.length ? given : [0]) {
      const message: Message = { id, body, attributes, sentAt: now, receives: 0 };
      queue.send(message, delayMs + lateMs, now);
    }
    return id;
  }

  /** @returns false if there is no such queue */
  toDeadLetters(arn: string, message: Message): boolean {
    this.#queues.get(nameIn(arn))?.send(message, 0, this.now());
    return this.has(arn);
  }

  /** Empties the queues, which stay. */
  clear(): void {
    for (const queue of this.#queues.values()) queue.clear();
    this.#sent = 0;
  }
}

function nameIn(urlOrArn: string): string {
  return urlOrArn.slice(Math.max(urlOrArn.lastIndexOf('/'), urlOrArn.lastIndexOf(':')) + 1);
}

function messageId(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
}
