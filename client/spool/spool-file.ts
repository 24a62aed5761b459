import { type FileHandle, open, stat } from 'node:fs/promises';

/** The file that this process appends to. */
export class SpoolFile {
  readonly path: string;
  bytes = 0;
  readonly #handle: FileHandle;
  readonly #inode: bigint;

  private constructor(path: string, handle: FileHandle, inode: bigint) {
    this.path = path;
    this.#handle = handle;
    this.#inode = inode;
  }

  static async create(path: string): Promise<SpoolFile> {
    const handle = await open(path, 'ax', 0o600);
    const { ino } = await handle.stat({ bigint: true });
    return new SpoolFile(path, handle, ino);
  }

  /**
   * Resolves when the bytes are on the disk: to true if the file still had its name after they were written, so that a
   * delivery that takes the file later reads them. After an error nothing of them is kept, if the disk allows that.
   */
  async append(bytes: Buffer): Promise<boolean> {
    try {
      const { bytesWritten } = await this.#handle.write(bytes);
      // A disk that is almost full takes a part.
      if (bytesWritten < bytes.length) throw Object.assign(new Error('the disk is full'), { code: 'ENOSPC' });
      const [isNamed] = await Promise.all([this.#isNamed(), this.#handle.datasync()]);
      this.bytes += bytes.length;
      return isNamed;
    } catch (error) {
      // If this fails too, the rest is damage, which affects no other line.
      await this.#handle.truncate(this.bytes).catch(() => {});
      throw error;
    }
  }

  async #isNamed(): Promise<boolean> {
    const named = await stat(this.path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    return named?.ino === this.#inode;
  }

  close(): Promise<void> {
    return this.#handle.close();
  }
}
