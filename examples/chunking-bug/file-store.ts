import type { WardenClient } from '../support/warden-client.ts';
import { chunksOf, split } from './chunks.ts';

/** Stores files in chunks. A file is complete when all its chunks have arrived. */
export class FileStore {
  hasBug = true;
  readonly #warden: WardenClient;
  readonly #chunks = new Map<string, Buffer[]>();

  constructor(warden: WardenClient) {
    this.#warden = warden;
  }

  /** Sends the chunks of a file. The file may be sent again. */
  async send(name: string, file: Buffer): Promise<void> {
    for (const [index, chunk] of split(file, this.hasBug).entries()) {
      await this.#arrived(name, { index, chunk, of: chunksOf(file.length) });
    }
  }

  /** The chunks of a file that have arrived. */
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
