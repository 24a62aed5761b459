import type { VirtualTime } from './virtual-time.ts';

export interface Message {
  messageId: string;
  body: string;
}

interface Options {
  time: VirtualTime;
  /** Handles a batch. Returns the ids of messages that come again. */
  handle: (messages: Message[]) => Promise<ReadonlySet<string>>;
  count: (what: string) => void;
}

/** How long messages are gathered, in milliseconds, and how many one invocation gets. */
const gatheredMs = 500;
const mostAtOnce = 5;
/** As in the stack: a message comes again after this many milliseconds, so many times. */
const hiddenMs = 30_000;
const mostReceives = 5;

/** The queue of expired timers, and Lambda's polling of it. */
export class TimerQueue {
  readonly #options: Options;
  #ready: (Message & { receives: number })[] = [];
  #sent = 0;
  #isGathering = false;
  /** Messages that were given up: an operator would find them in the dead-letter queue. */
  dead = 0;

  constructor(options: Options) {
    this.#options = options;
  }

  send(body: string): void {
    this.#put({ messageId: `message-${this.#sent++}`, body, receives: 0 });
  }

  #put(message: Message & { receives: number }): void {
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

  async #deliver(messages: (Message & { receives: number })[]): Promise<void> {
    const { time, handle, count } = this.#options;
    const receivedAt = time.now();
    const failed = await handle(messages.map(({ messageId, body }) => ({ messageId, body })));
    for (const message of messages) {
      if (!failed.has(message.messageId)) continue;
      if (message.receives + 1 >= mostReceives) {
        this.dead++;
        continue;
      }
      count('message again');
      const again = { ...message, receives: message.receives + 1 };
      time.at(Math.max(receivedAt + hiddenMs, time.now()), () => this.#put(again));
    }
  }
}
