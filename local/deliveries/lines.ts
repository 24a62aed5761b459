/** A message in its line: the notifications of one incident, for example. */
export interface InLine {
  id: string;
  /** Milliseconds since the epoch. */
  sentAt: number;
}

interface Head extends InLine {
  /** Fulfilled when the delivery under way has ended. */
  ended: Promise<void>;
  end: () => void;
  /** When it is tried again after a failure, in milliseconds since the epoch. */
  retryAt: number | undefined;
}

/**
 * Keeps the messages of each line in their order: a younger one waits as long as an older one was not taken. Only
 * what is not delivered yet is remembered; after a restart the queue has its messages in the order they were sent.
 */
export class Lines {
  readonly #heads = new Map<string, Head>();

  /**
   * Fulfilled with undefined when it is the message's turn; with the time at which to ask again, in milliseconds since
   * the epoch, if an older message is waiting for its next try.
   */
  async turn(line: string, message: InLine): Promise<number | undefined> {
    for (;;) {
      const head = this.#heads.get(line);
      if (head === undefined || head.id === message.id || isOlder(message, head)) {
        const { promise: ended, resolve: end } = Promise.withResolvers<void>();
        this.#heads.set(line, { id: message.id, sentAt: message.sentAt, ended, end, retryAt: undefined });
        head?.end();
        return undefined;
      }
      if (head.retryAt !== undefined) return head.retryAt;
      await head.ended;
    }
  }

  /** The message was taken or is given up: the next one has its turn. */
  done(line: string, { id }: InLine): void {
    const head = this.#heads.get(line);
    if (head?.id !== id) return;
    this.#heads.delete(line);
    head.end();
  }

  /** The message is tried again at this time, in milliseconds since the epoch: the others wait for it. */
  failed(line: string, { id }: InLine, retryAt: number): void {
    const head = this.#heads.get(line);
    if (head?.id !== id) return;
    head.retryAt = retryAt;
    head.end();
  }
}

function isOlder(message: InLine, other: InLine): boolean {
  return message.sentAt < other.sentAt;
}
