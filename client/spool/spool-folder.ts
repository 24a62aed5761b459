import { mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { folderPath } from './folder-path.ts';

/** Files that processes append to. */
const appended = '.jsonl';
/** Files that a delivery has taken: nobody appends to them any more. */
const taken = '.taken';
/** Files with damage whose other operations are settled. */
const damaged = '.damaged';
const refused = 'refused';

/** The folder of the operations for one warden, and the names of its files. */
export class SpoolFolder {
  readonly path: string;
  /** The refused operations, one a line. */
  readonly refused: string;
  readonly olderRefused: string;

  /** @param url of the warden: operations for one warden never reach another */
  constructor(folder: string, url: string) {
    this.path = folderPath(folder, url);
    this.refused = join(this.path, `${refused}${appended}`);
    this.olderRefused = join(this.path, `${refused}.1${appended}`);
  }

  async create(): Promise<void> {
    await mkdir(this.path, { recursive: true, mode: 0o700 });
  }

  /** The file for appends that began at this time. Names sort by it. */
  newFile(at: number, session: string, count: number): string {
    return join(
      this.path,
      `${String(at).padStart(15, '0')}-${session}-${String(count).padStart(6, '0')}${appended}`,
    );
  }

  /** Renames the files that processes append to. Their processes notice that and begin new files. */
  async take(): Promise<void> {
    for (const name of await this.#names(appended)) {
      if (name.startsWith(refused)) continue;
      await ifThere(rename(join(this.path, name), join(this.path, name.replace(appended, taken))));
    }
  }

  /** Paths of files that keep operations, oldest first. */
  async files(endings: readonly ('.jsonl' | '.taken')[] = [appended, taken]): Promise<string[]> {
    const names = await Promise.all(endings.map((ending) => this.#names(ending)));
    return names
      .flat()
      .filter((name) => !name.startsWith(refused))
      .toSorted()
      .map((name) => join(this.path, name));
  }

  takenFiles(): Promise<string[]> {
    return this.files([taken]);
  }

  /** Bytes of all files that keep operations. */
  async bytes(): Promise<number> {
    let sum = 0;
    for (const path of await this.files()) sum += (await ifThere(stat(path)))?.size ?? 0;
    return sum;
  }

  /** The bytes of a file; undefined if another process has renamed or removed it. */
  read(path: string): Promise<Buffer | undefined> {
    return ifThere(readFile(path));
  }

  async remove(path: string): Promise<void> {
    await ifThere(unlink(path));
  }

  /** Keeps a damaged file out of further deliveries. Returns its new path. */
  async setAside(path: string): Promise<string> {
    const aside = path.replace(/\.[a-z]+$/, damaged);
    await ifThere(rename(path, aside));
    return aside;
  }

  /** Makes names that were added, changed or removed survive a power failure. */
  async sync(): Promise<void> {
    const folder = await open(this.path, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  async #names(ending: string): Promise<string[]> {
    return ((await ifThere(readdir(this.path))) ?? []).filter((name) => name.endsWith(ending));
  }
}

/** Undefined if a file is not there. */
export async function ifThere<Value>(work: Promise<Value>): Promise<Value | undefined> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Appends to a file that only its owner can read, and waits until the bytes are on the disk. */
export async function appendDurably(path: string, bytes: Buffer): Promise<void> {
  const file = await open(path, 'a', 0o600);
  try {
    await file.appendFile(bytes);
    await file.datasync();
  } finally {
    await file.close();
  }
}
