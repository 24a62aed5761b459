import type { VirtualTime } from './virtual-time.ts';

export interface Message {
  messageId: string;
  body: string;
  /** As Amazon SQS says it. */
  attributes: { SentTimestamp: string };
}

interface Options {
  time: VirtualTime;
  /** A failed message comes again after this many milliseconds, up to this many times. */
  hiddenMs: number;
  mostReceives: number;
  /** Handles a batch. Returns the ids of messages that come again. */
  handle: (messages: Message[]) => Promise<ReadonlySet<string>>;
  count: (what: string) => void;
}

/** The outcome of a message. */
interface Fate {
  /** It is delivered once more, this many milliseconds after it was handled. */
  againAfter?: number | undefined;
  onHandled?: () => void;
  /** It does not come again. */
  onGone?: () => void;
}

type Sent = Message & { receives: number; fate: Fate };

/** How long messages are gathered, in milliseconds, and how many one invocation gets. */
const gatheredMs = 500;
const mostAtOnce = 5;

/** A queue, and Lambda's polling of it. */
export class MessageQueue {
  readonly #options: Options;
  #ready: Sent[] = [];
  #sent = 0;
  #isGathering = false;

  constructor(options: Options) {
    this.#options = options;
  }

  send(body: string, fate: Fate = {}): void {
    const attributes = { SentTimestamp: String(this.#options.time.now()) };
    this.#put({ messageId: `message-${this.#sent++}`, body, attributes, receives: 0, fate });
  }

  #put(message: Sent): void {
    this.#ready.push(message);
    if (this.#isGathering) return;
    this.#isGathering = true;
    const { time } = this.#options;
    time.at(time.now() + gatheredMs, () => {
      this.#isGathering = false;
      const ready = this.#ready.splice(0);
      while (ready.length > 0) void this.#deliver(ready.splice(0, mostAtOnce));
    });
  }

  async #deliver(messages: Sent[]): Promise<void> {
    const { time, handle } = this.#options;
    const receivedAt = time.now();
    const failed = await handle(
      messages.map(({ messageId, body, attributes }) => ({ messageId, body, attributes })),
    );
    for (const message of messages) {
      if (failed.has(message.messageId)) this.#failed(message, receivedAt);
      else this.#handled(message);
    }
  }

  #failed(message: Sent, receivedAt: number): void {
    const { time, hiddenMs, mostReceives, count } = this.#options;
    // An operator would find it in the dead-letter queue.
    if (message.receives + 1 >= mostReceives) {
      message.fate.onGone?.();
      return;
    }
    count('message again');
    const again = { ...message, receives: message.receives + 1 };
    time.at(Math.max(receivedAt + hiddenMs, time.now()), () => this.#put(again));
  }

  #handled(message: Sent): void {
    const { time, count } = this.#options;
    const { againAfter, ...fate } = message.fate;
    fate.onHandled?.();
    if (againAfter === undefined) {
      fate.onGone?.();
      return;
    }
    count('message twice');
    time.at(time.now() + againAfter, () => this.#put({ ...message, receives: 0, fate }));
  }
}
