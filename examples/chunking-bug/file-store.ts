import type { WardenClient } from '../support/warden-client.ts';
import { chunksOf, split } from './chunks.ts';

/** Keeps files in chunks. A file is done when all of its chunks have arrived. */
export class FileStore {
  hasBug = true;
  readonly #warden: WardenClient;
  readonly #chunks = new Map<string, Buffer[]>();

  constructor(warden: WardenClient) {
    this.#warden = warden;
  }

  /** Sends a file's chunks on their way. It may be sent again. */
  async send(name: string, file: Buffer): Promise<void> {
    for (const [index, chunk] of split(file, this.hasBug).entries()) {
      await this.#arrived(name, { index, chunk, of: chunksOf(file.length) });
    }
  }

  /** What has arrived of a file. */
  read(name: string): Buffer {
    return Buffer.concat(this.#chunks.get(name) ?? []);
  }

  async #arrived(name: string, { index, chunk, of }: { index: number; chunk: Buffer; of: number }) {
    const chunks = this.#chunks.get(name) ?? [];
    chunks[index] = chunk;
    this.#chunks.set(name, chunks);
    await this.#warden.progress(name, { step: `chunk ${index + 1} of ${of}` });
    if (chunks.filter(Boolean).length === of) await this.#warden.complete(name);
  }
}
