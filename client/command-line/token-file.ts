import { open } from 'node:fs/promises';
import { isToken } from './target.ts';
import { UsageError } from './usage-error.ts';

/**
 * The token in a file. A file that others can read is named by `warn` and used all the same: secrets that are mounted
 * into a container are often readable by all its users, and an unwatched job is worse. Throws a UsageError.
 */
export async function readTokenFile(
  path: string,
  from: string,
  warn: (line: string) => void,
): Promise<string> {
  try {
    const file = await open(path);
    try {
      const { mode } = await file.stat();
      if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
        const shown = (mode & 0o777).toString(8).padStart(4, '0');
        warn(`others can read the token in ${path} (mode ${shown}); chmod 600 it`);
      }
      const token = (await file.readFile('utf8')).trim();
      if (isToken(token)) return token;
    } finally {
      await file.close();
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new UsageError(`the token file ${path} of ${from} cannot be read (${code})`, undefined, { cause });
  }
  throw new UsageError(
    `the token file ${path} of ${from} does not hold a token`,
    'It must hold one token and nothing else.',
  );
}
