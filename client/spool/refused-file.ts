import { rename, stat } from 'node:fs/promises';
import type { Refused } from './spool.ts';
import { appendDurably, ifThere, type SpoolFolder } from './spool-folder.ts';

/** When the file is larger than this, a new one begins. The last one is kept under another name. */
const mostBytes = 16 * 1024 * 1024;

/** Keeps refused operations, one a line, for people to read. */
export async function keepRefused(
  { refused: path, olderRefused }: SpoolFolder,
  refused: readonly Refused[],
  now: number,
): Promise<void> {
  const at = new Date(now).toISOString();
  const lines = refused.map((one) => `${JSON.stringify({ at, ...one })}\n`);
  const { size = 0 } = (await ifThere(stat(path))) ?? {};
  if (size > mostBytes) await rename(path, olderRefused);
  await appendDurably(path, Buffer.from(lines.join('')));
}
