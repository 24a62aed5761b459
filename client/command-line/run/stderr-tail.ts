import { write } from 'node:fs';
import { type Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a command's standard error is copied after its end, if a process that it left behind keeps it open. */
const graceMs = 1_000;

/** How long to wait for a slow reader. */
const fullMs = 5;

/**
 * Writes to standard error directly. Not by process.stderr, which would make a pipe that the command shares
 * non-blocking, so that the command's writes fail; nor by a stream of Node's files, which gives up a pipe that is
 * non-blocking already and full.
 */
function writeAll(bytes: Buffer, done: (error?: Error | null) => void): void {
  write(2, bytes, (error, written = 0) => {
    if (error && error.code !== 'EAGAIN') return done(error);
    const rest = error ? bytes : bytes.subarray(written);
    if (rest.length === 0) done();
    else if (error) setTimeout(() => writeAll(rest, done), fullMs);
    else writeAll(rest, done);
  });
}

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
    const to = new Writable({ write: (chunk, _, done) => writeAll(chunk, done) });
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

  /** The kept bytes, as text. */
  get text(): string {
    const bytes = Buffer.concat(this.#kept).subarray(-this.#keepBytes);
    // The first character may be cut: its remaining bytes are not a character.
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
