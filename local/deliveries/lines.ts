/** A message in its line: the notifications of one incident, for example. */
export interface InLine {
  id: string;
  /** Milliseconds since the epoch. */
  sentAt: number;
}

interface Head extends InLine {
  /** Resolves when the delivery under way has ended. */
  ended: Promise<void>;
  end: () => void;
  /** When it is tried again after a failure, in milliseconds since the epoch. */
  retryAt: number | undefined;
}

/**
 * Keeps the messages of each line in their order: a younger message waits until the older ones are delivered. Only
 * messages that are not delivered yet are remembered; after a restart the queue has its messages in the order they were
 * sent.
 */
export class Lines {
  readonly #heads = new Map<string, Head>();

  /**
   * Resolves to undefined when it is the message's turn. If an older message is waiting for its next try, resolves to
   * the time at which to ask again, in milliseconds since the epoch.
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

  /** The message was delivered or is given up: the next message has its turn. */
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
