import { setTimeout as wait } from 'node:timers/promises';
import type { Damage } from './spool.ts';
import { appendDurably, type SpoolFolder } from './spool-folder.ts';
import type { DamagedBytes } from './spool-line.ts';
import { type KeptOperation, readSpoolFile, settledLine } from './spool-record.ts';

/** By then, a write that was in progress when the file was taken has ended. */
const writeMs = 50;

/** A file that a delivery has taken, and its operations that are not settled. */
export class TakenFile {
  readonly kept: Map<string, KeptOperation>;
  readonly #folder: SpoolFolder;
  readonly #path: string;
  readonly #bytes: number;
  #damaged: readonly DamagedBytes[];

  private constructor(folder: SpoolFolder, path: string, bytes: Buffer) {
    const { kept, damaged } = readSpoolFile(bytes);
    this.#folder = folder;
    this.#path = path;
    this.#bytes = bytes.length;
    this.#damaged = damaged;
    this.kept = new Map(kept.map((operation) => [operation.id, operation]));
  }

  /** Undefined if the file is gone. */
  static async read(folder: SpoolFolder, path: string): Promise<TakenFile | undefined> {
    const bytes = await folder.read(path);
    return bytes && new TakenFile(folder, path, bytes);
  }

  /**
   * Settles these operations: they need not be sent again. Returns the damaged places once all other operations of the
   * file are settled.
   */
  async settle(ids: readonly string[]): Promise<Damage[]> {
    for (const id of ids) this.kept.delete(id);
    if (this.kept.size === 0) return this.#finish();
    try {
      await appendDurably(this.#path, settledLine(ids));
    } catch (error) {
      // After a crash they are sent again, which changes nothing (P4). Only deliveries free the disk.
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
    return [];
  }

  async #finish(): Promise<Damage[]> {
    await this.#forgetWriteInProgress();
    if (this.#damaged.length === 0) {
      await this.#folder.remove(this.#path);
      return [];
    }
    const file = await this.#folder.setAside(this.#path);
    return this.#damaged.map((damaged) => ({ file, ...damaged }));
  }

  /**
   * The process that appended to the file may have been in the middle of a write when it was read. That is no damage:
   * the process appends the operations again to another file.
   */
  async #forgetWriteInProgress(): Promise<void> {
    const last = this.#damaged.at(-1);
    if (last === undefined || last.position + last.bytes < this.#bytes) return;
    await wait(writeMs);
    const now = await this.#folder.read(this.#path);
    if (now) this.#damaged = readSpoolFile(now).damaged;
  }
}
