import { join } from 'node:path';

/**
 * The folder for one warden in the folder of a spool: operations for one never reach another.
 *
 * @param url of the warden
 */
export function folderPath(folder: string, url: string): string {
  const { origin, pathname } = new URL(url);
  return join(folder, encodeURIComponent((origin + pathname).replace(/\/+$/, '')));
}
