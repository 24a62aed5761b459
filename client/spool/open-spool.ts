import { randomBytes } from 'node:crypto';
import { resolve } from 'node:path';
import { WardenError } from '../warden-error.ts';
import { fitsBatch } from './batches.ts';
import { RunningDelivery } from './deliver.ts';
import { lockDelivery } from './delivery-lock.ts';
import { OwnOperations } from './own-operations.ts';
import { keepRefused } from './refused-file.ts';
import type { Damage, Delivery, ItemOperation, Send, Spool } from './spool.ts';
import { SpoolFolder } from './spool-folder.ts';
import { itemKey, keptLine, readSpoolFile } from './spool-record.ts';
import { SpoolWriter, spoolError } from './spool-writer.ts';
import { TakenFile } from './taken-file.ts';

export const defaultSpoolLimits = { operations: 100_000, bytes: 64 * 1024 * 1024 };

export interface SpoolOptions {
  /** The warden that the operations are for. Each warden has a folder of its own in the folder of the spool. */
  url: string;
  /**
   * The most operations and bytes to keep. Several processes together can exceed it: each counts the operations that it
   * finds when it opens.
   */
  limits?: { operations: number; bytes: number };
  /** Called once for each damaged place. Without it, a warning is printed (`process.emitWarning`). */
  onDamaged?: (damage: Damage) => void;
  /** The time, in ms since the epoch. */
  now?: () => number;
}

/**
 * Opens the spool in a folder on a local disk; not on NFS, whose sockets and renames promise less. The folder is created
 * with mode 0700, its files with 0600. Throws a WardenError `spool-failed` if the folder cannot be used.
 */
export async function openSpool(folder: string, options: SpoolOptions): Promise<Spool> {
  const spoolFolder = new SpoolFolder(resolve(folder), options.url);
  try {
    await spoolFolder.create();
    const spool = new FolderSpool(spoolFolder, options);
    await spool.count();
    return spool;
  } catch (error) {
    throw spoolError(error, spoolFolder.path);
  }
}

class FolderSpool implements Spool {
  readonly #folder: SpoolFolder;
  readonly #limits: { operations: number; bytes: number };
  readonly #onDamaged: (damage: Damage) => void;
  readonly #now: () => number;
  readonly #session = randomBytes(4).toString('hex');
  readonly #writer: SpoolWriter;
  readonly #own = new OwnOperations();
  #others = 0;
  #bytes = 0;
  #appends = 0;
  #files = 0;
  #lastAt = 0;
  #delivery: Promise<Delivery> | undefined;

  constructor(folder: SpoolFolder, { limits = defaultSpoolLimits, onDamaged, now = Date.now }: SpoolOptions) {
    this.#folder = folder;
    this.#limits = limits;
    this.#onDamaged = onDamaged ?? warn;
    this.#now = now;
    this.#writer = new SpoolWriter(folder, () => folder.newFile(this.#time(), this.#session, this.#files++));
  }

  /** Counts the operations that other processes have left. */
  async count(): Promise<void> {
    for (const path of await this.#folder.files()) {
      const bytes = await this.#folder.read(path);
      if (bytes) this.#others += readSpoolFile(bytes).kept.length;
    }
    this.#bytes = await this.#folder.bytes();
  }

  get size(): number {
    return this.#own.size + this.#others;
  }

  has(workflow: string, item: string): boolean {
    return this.#own.hasItem(itemKey(workflow, item));
  }

  async append(workflow: string, operation: ItemOperation): Promise<void> {
    if (!fitsBatch(operation)) {
      const item = JSON.stringify(operation.item);
      throw new WardenError('body-too-large', `the operation on item ${item} is too large for a batch`);
    }
    const id = `${this.#session}.${this.#appends++}`;
    const line = keptLine({ id, at: this.#time(), workflow, operation });
    this.#checkRoom(line.length);
    this.#bytes += line.length;
    this.#own.add(id, itemKey(workflow, operation.item));
    try {
      await this.#writer.append(line);
      this.#own.wasWritten(id);
    } catch (error) {
      this.#bytes -= line.length;
      this.#own.remove(id);
      throw error;
    }
  }

  deliver(send: Send): Promise<Delivery> {
    this.#delivery ??= this.#deliver(send).finally(() => {
      this.#delivery = undefined;
    });
    return this.#delivery;
  }

  async close(): Promise<void> {
    await this.#delivery?.catch(() => {});
    await this.#writer.whileClosed(async () => {});
  }

  /** Never earlier than before, so that the order of times is the order of appends. */
  #time(): number {
    this.#lastAt = Math.max(this.#lastAt, Math.round(this.#now()));
    return this.#lastAt;
  }

  #checkRoom(bytes: number): void {
    const { operations, bytes: most } = this.#limits;
    const fault =
      this.size >= operations
        ? `${this.size} operations are kept, and at most ${operations} are allowed`
        : this.#bytes + bytes > most
          ? `${this.#bytes} bytes are kept, and at most ${most} are allowed`
          : undefined;
    if (fault) throw new WardenError('spool-full', `the spool ${this.#folder.path} is full: ${fault}`);
  }

  async #deliver(send: Send): Promise<Delivery> {
    try {
      await this.#folder.create();
      const release = await lockDelivery(this.#folder.path);
      if (!release) return { delivered: 0, refused: [], overdue: [], left: this.size, isBusy: true };
      try {
        return await this.#deliverLocked(send);
      } finally {
        await release();
      }
    } catch (error) {
      throw spoolError(error, this.#folder.path);
    }
  }

  async #deliverLocked(send: Send): Promise<Delivery> {
    const read = new Set<string>();
    let taken: readonly string[] = [];
    const take = async () => {
      // Appends wait for this, but not for reading, which can be 100,000 operations.
      await this.#writer.whileClosed(async () => {
        taken = this.#own.written;
        await this.#folder.take();
      });
      return this.#readTaken(read);
    };
    const delivery = new RunningDelivery({
      send,
      take,
      keepRefused: (refused) => keepRefused(this.#folder, refused, this.#now()),
      onSettled: (ids) => {
        for (const id of ids) this.#own.remove(id);
        return this.#folder.sync();
      },
      onDamaged: this.#onDamaged,
      now: this.#now,
    });
    const { kept, ...result } = await delivery.run();
    const left = new Set(kept.map(({ id }) => id));
    // Operations that were appended here and are no longer in the folder were delivered by another process.
    for (const id of taken) if (!left.has(id)) this.#own.remove(id);
    this.#others = kept.filter(({ id }) => !this.#own.has(id)).length;
    this.#bytes = await this.#folder.bytes();
    return { ...result, left: this.size };
  }

  /** @param read the files that this delivery has read already */
  async #readTaken(read: Set<string>): Promise<TakenFile[]> {
    const files: TakenFile[] = [];
    for (const path of await this.#folder.takenFiles()) {
      if (read.has(path)) continue;
      read.add(path);
      const file = await TakenFile.read(this.#folder, path);
      if (file) files.push(file);
    }
    return files;
  }
}

function warn({ file, position, bytes }: Damage): void {
  process.emitWarning(
    `${bytes} bytes from byte ${position} of ${file} are damaged: one operation or more in them cannot be sent`,
    { code: 'WARDEN_SPOOL_DAMAGED' },
  );
}
