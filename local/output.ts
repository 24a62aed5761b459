import type { Writable } from 'node:stream';

/**
 * One of the streams that people read. When nobody reads it any more, or its disk is full, the service continues: the
 * watch does not depend on readers.
 */
export class Output {
  readonly #stream: Writable;
  #fault: string | undefined;

  constructor(stream: Writable) {
    this.#stream = stream;
    stream.on('error', ({ code, name }: NodeJS.ErrnoException) => {
      this.#fault ??= code ?? name;
    });
  }

  /** Why nothing can be written any more, as an error code; undefined if it can. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Rejects if the text was not written. Callers that need no proof do not wait for it. */
  write(text: string): Promise<void> {
    const written = new Promise<void>((resolve, reject) => {
      this.#stream.write(text, (error) => (error ? reject(error) : resolve()));
    });
    written.catch(() => {});
    return written;
  }

  /** Writes a line, without any character that a terminal acts on. */
  say(line: string): void {
    void this.write(`${line.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, ' ')}\n`);
  }
}
