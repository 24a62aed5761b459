import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a command's standard error is copied after its end, if a process that it left behind keeps it open. */
const graceMs = 1_000;

/** Copies a command's standard error to this process's, byte for byte, and keeps the end. */
export class StderrTail {
  readonly #keepBytes: number;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #ended: Promise<unknown> = Promise.resolve();

  constructor(keepBytes: number) {
    this.#keepBytes = keepBytes;
  }

  copy(from: Readable): void {
    // Not process.stderr: it would make a pipe that the command shares non-blocking, and the command's writes fail.
    const to = createWriteStream('', { fd: 2, autoClose: false });
    // When nobody reads it, the command has the same trouble as if it wrote there itself.
    to.on('error', () => from.destroy());
    from.on('data', (chunk: Buffer) => this.#keep(chunk));
    from.pipe(to);
    this.#ended = new Promise<void>((resolve) => {
      to.on('close', resolve).on('finish', resolve);
    });
  }

  /** Resolves when everything is copied. */
  async ended(): Promise<void> {
    await Promise.race([this.#ended, sleep(graceMs, undefined, { ref: false })]);
  }

  /** What was kept, as text. */
  get text(): string {
    const bytes = Buffer.concat(this.#kept).subarray(-this.#keepBytes);
    // The first character may be cut: its other bytes are no character.
    const start = bytes.findIndex((byte) => (byte & 0xc0) !== 0x80);
    return new StringDecoder('utf8').end(bytes.subarray(Math.max(start, 0)));
  }

  #keep(chunk: Buffer): void {
    this.#kept.push(chunk);
    this.#keptBytes += chunk.length;
    while (this.#keptBytes - (this.#kept[0]?.length ?? 0) >= this.#keepBytes) {
      this.#keptBytes -= this.#kept.shift()?.length ?? 0;
    }
  }
}
