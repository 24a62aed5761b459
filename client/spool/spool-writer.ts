import { WardenError } from '../warden-error.ts';
import { SpoolFile } from './spool-file.ts';
import type { SpoolFolder } from './spool-folder.ts';

/** A file is removed when all of it is settled, so small files give the disk back early. */
const mostFileBytes = 4 * 1024 * 1024;

interface Waiting {
  line: Buffer;
  resolve: () => void;
  reject: (error: unknown) => void;
}

/**
 * Appends lines to files of this process alone. Appends that come together share one write and one fsync.
 *
 * Another process may take the file for its delivery at any time. Therefore an append counts only if the file still has
 * its name after the write: then the process that takes the file reads the line. Otherwise the line is appended again
 * to another file. So no lock stands between an append and the disk, and no faulty lock can lose an operation.
 */
export class SpoolWriter {
  readonly #folder: SpoolFolder;
  readonly #newPath: () => string;
  readonly #waiting: Waiting[] = [];
  #file: SpoolFile | undefined;
  #work: Promise<unknown> = Promise.resolve();

  constructor(folder: SpoolFolder, newPath: () => string) {
    this.#folder = folder;
    this.#newPath = newPath;
  }

  append(line: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ line, resolve, reject });
      if (this.#waiting.length === 1) this.#next(() => this.#writeGroup());
    });
  }

  /** Does something between two writes, with no file open for appends. */
  whileClosed<Value>(work: () => Promise<Value>): Promise<Value> {
    return this.#next(async () => {
      await this.#closeFile();
      return work();
    });
  }

  #next<Value>(work: () => Promise<Value>): Promise<Value> {
    const next = this.#work.then(work);
    this.#work = next.catch(() => {});
    return next;
  }

  async #writeGroup(): Promise<void> {
    const group = this.#waiting.splice(0);
    try {
      await this.#write(Buffer.concat(group.map(({ line }) => line)));
      for (const { resolve } of group) resolve();
    } catch (error) {
      const failure = spoolError(error, this.#folder.path);
      for (const { reject } of group) reject(failure);
    }
  }

  async #write(bytes: Buffer): Promise<void> {
    for (;;) {
      this.#file ??= await this.#begin();
      const isKept = await this.#file.append(bytes);
      if (!isKept || this.#file.bytes >= mostFileBytes) await this.#closeFile();
      if (isKept) return;
    }
  }

  async #begin(): Promise<SpoolFile> {
    await this.#folder.create();
    const file = await SpoolFile.create(this.#newPath());
    await this.#folder.sync();
    return file;
  }

  async #closeFile(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    await file?.close();
  }
}

/** The error of the spool for an error of the file system. */
export function spoolError(error: unknown, path: string): WardenError {
  if (error instanceof WardenError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new WardenError('spool-full', `the disk of the spool ${path} is full`, { cause: error });
  }
  return new WardenError('spool-failed', `the spool ${path} cannot be used: ${message}`, { cause: error });
}
