import type { MessageAttributes } from './digests.ts';

export interface Message {
  id: string;
  body: string;
  attributes: MessageAttributes;
  sentAt: number;
  receives: number;
  firstReceivedAt?: number;
}

interface Received {
  message: Message;
  /** When it comes back unless it is deleted. */
  until: number;
}

export interface RedrivePolicy {
  deadLetterTargetArn: string;
  maxReceiveCount: number;
}

/** A standard queue. Its times follow the clock: every method that needs the time takes `now`. */
export class Queue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly createdAt: number;
  attributes: Record<string, string> = {
    VisibilityTimeout: '30',
    DelaySeconds: '0',
    MaximumMessageSize: '1048576',
    MessageRetentionPeriod: '345600',
    ReceiveMessageWaitTimeSeconds: '0',
  };
  #ready: Message[] = [];
  #delayed: { message: Message; at: number }[] = [];
  readonly #received = new Map<string, Received>();
  /** Nothing comes back before this. */
  #nextBack = Number.POSITIVE_INFINITY;
  #handles = 0;

  constructor({ name, url, arn }: Pick<Queue, 'name' | 'url' | 'arn'>, now: number) {
    this.name = name;
    this.url = url;
    this.arn = arn;
    this.createdAt = now;
  }

  send(message: Message, delayMs: number, now: number): void {
    if (delayMs <= 0) this.#ready.push(message);
    else this.#delayed.push({ message, at: now + delayMs });
  }

  /**
   * Up to `most` messages in order of arrival, each with its receipt handle.
   *
   * @param toDeadLetters takes messages that were received too often; false if there is no such queue
   */
  receive(
    most: number,
    {
      now,
      visibilityMs,
      toDeadLetters,
    }: {
      now: number;
      visibilityMs?: number | undefined;
      toDeadLetters: (arn: string, message: Message) => boolean;
    },
  ): { message: Message; handle: string }[] {
    this.#catchUp(now);
    const policy = this.redrivePolicy();
    const stays = visibilityMs ?? this.#seconds('VisibilityTimeout') * 1000;
    const found: { message: Message; handle: string }[] = [];
    let taken = 0;
    while (found.length < most && taken < this.#ready.length) {
      const message = this.#ready[taken++] as Message;
      message.receives++;
      message.firstReceivedAt ??= now;
      const isWornOut = policy && message.receives > policy.maxReceiveCount;
      if (isWornOut && toDeadLetters(policy.deadLetterTargetArn, message)) continue;
      const handle = `${this.name}-${++this.#handles}`;
      this.#received.set(handle, { message, until: now + stays });
      this.#nextBack = Math.min(this.#nextBack, now + stays);
      found.push({ message, handle });
    }
    this.#ready.splice(0, taken);
    return found;
  }

  /** A handle that is unknown, or used up, does no harm. */
  delete(handle: string): void {
    this.#received.delete(handle);
  }

  /** False if the message is not being worked on. */
  changeVisibility(handle: string, timeoutMs: number, now: number): boolean {
    const received = this.#received.get(handle);
    if (!received) return false;
    received.until = now + timeoutMs;
    this.#nextBack = Math.min(this.#nextBack, received.until);
    this.#catchUp(now);
    return true;
  }

  redrivePolicy(): RedrivePolicy | undefined {
    const { RedrivePolicy } = this.attributes;
    return RedrivePolicy ? JSON.parse(RedrivePolicy) : undefined;
  }

  counts(now: number) {
    this.#catchUp(now);
    return { ready: this.#ready.length, received: this.#received.size, delayed: this.#delayed.length };
  }

  clear(): void {
    this.#ready = [];
    this.#delayed = [];
    this.#received.clear();
    this.#handles = 0;
  }

  #seconds(name: string): number {
    return Number(this.attributes[name]);
  }

  /** Brings back messages that were not deleted in time or were delayed; drops messages that are too old. */
  #catchUp(now: number): void {
    if (this.#nextBack <= now) {
      this.#nextBack = Number.POSITIVE_INFINITY;
      for (const [handle, { message, until }] of this.#received) {
        if (until > now) this.#nextBack = Math.min(this.#nextBack, until);
        else {
          this.#received.delete(handle);
          this.#ready.push(message);
        }
      }
    }
    if (this.#delayed.length > 0) {
      const due = this.#delayed.filter(({ at }) => at <= now).sort((one, other) => one.at - other.at);
      this.#ready.push(...due.map(({ message }) => message));
      this.#delayed = this.#delayed.filter(({ at }) => at > now);
    }
    const oldest = now - this.#seconds('MessageRetentionPeriod') * 1000;
    if (this.#ready.some(({ sentAt }) => sentAt <= oldest)) {
      this.#ready = this.#ready.filter(({ sentAt }) => sentAt > oldest);
    }
  }
}
