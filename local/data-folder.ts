import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The permissions of everybody but the owner. */
const others = 0o077;

/**
 * Makes the folder for the data, for its owner only: it keeps the data of items, and hashes of tokens. Returns whether
 * a folder that was there before can be read or written by others. Its permissions stay: its owner chose them.
 */
export function makeDataFolder(path: string): boolean {
  makeFolder(path);
  // Windows has other permissions, and Node invents these there.
  return process.platform !== 'win32' && (statSync(path).mode & others) !== 0;
}

/** Step by step: Node's own recursive mkdir never returns if the system denies that a parent exists, as in /proc. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}
