import { open, readFile, rename } from 'node:fs/promises';
import * as z from 'zod';

const Cursor = z.strictObject({
  /** The newest change that the warden knows of, in milliseconds since 1970. */
  lastActivity: z.int(),
  /** The last change of each work order that is at most the overlap older than that. */
  handled: z.record(z.string(), z.string()),
});

/** How far the warden knows the list of work orders. */
export type Cursor = z.infer<typeof Cursor>;

/** The cursor, or undefined if there is no file. Throws an Error if the file cannot be read. */
export async function readCursor(path: string): Promise<Cursor | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return Cursor.parse(JSON.parse(text));
  } catch (cause) {
    throw new Error(
      `${path} is damaged. Without the file, the watcher begins with the work orders that are open`,
      {
        cause,
      },
    );
  }
}

/** Resolves when the cursor is on the disk. A crash leaves the old cursor or the new one. */
export async function saveCursor(path: string, cursor: Cursor): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(JSON.stringify(cursor));
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}
